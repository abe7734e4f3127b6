/* A table of terms with their counts: what lexport.corpus.kernel calls.

   A table belongs to one thread at a time; tables share nothing. */
#ifndef LEXPORT_TERM_TABLE_H
#define LEXPORT_TERM_TABLE_H

#include <stdint.h>

/* To be raised with every change of this file; whoever loads the library asks for it first. */
#define TERM_TABLE_INTERFACE 3

/* What functions that give an `int` answer. After another answer than the first, a table can only be freed. */
#define TERM_TABLE_OK 0
#define TERM_TABLE_NO_MEMORY (-1)
#define TERM_TABLE_FULL (-2) /* it has as many terms as 32 bits tell apart */

/* What becomes of a byte of text: it is replaced by a number below 256, or is one of these. Where some separate, none is
   replaced by the lower half of BYTE_SEPARATES. */
#define BYTE_DROPPED 256
#define BYTE_SEPARATES (512 + ' ')

typedef struct TermTable TermTable;

int term_table_interface(void);

/* Gives NULL where there is no memory. Tables that are added need the same seed. */
TermTable *term_table_new(uint64_t seed);
void term_table_free(TermTable *table);

/* How many terms there are, and how many bytes of memory the table takes. */
int64_t term_table_length(const TermTable *table);
int64_t term_table_memory(const TermTable *table);

/* Counting. An empty term is not counted. */

/* Cuts a text at the bytes that separate. */
int term_table_count_words(TermTable *table, const uint8_t *text, int64_t size, const uint16_t *bytes);

/* Takes the bytes from offsets[i] to offsets[i + 1] as one term each; `bytes` separates nothing, and may be NULL.
   With `counts`, which may be NULL too, each stands for so many. */
int term_table_count_values(TermTable *table, const int64_t *offsets, int64_t number, const uint8_t *data,
                            const uint16_t *bytes, const int64_t *counts);

/* The same of integers. A table has either values or integers. */
int term_table_count_integers(TermTable *table, const int64_t *values, int64_t number, const int64_t *counts);

int term_table_add_table(TermTable *table, const TermTable *other);

/* Taking the terms out: in the order in which they were first counted, or, with `order`, in another one. */

/* Fills `order` with the numbers of all terms so that those of a part stand together; a hash tells the part. Part i is
   from bounds[i] to bounds[i + 1]. `parts` is a power of 2. */
int term_table_partition(const TermTable *table, int64_t parts, uint32_t *order, int64_t *bounds);

/* The bytes of the terms from `begin` to `end`. */
int64_t term_table_bytes_of(const TermTable *table, const uint32_t *order, int64_t begin, int64_t end);

/* Copies those terms and their counts; there is one offset more than there are terms. */
void term_table_copy_values(const TermTable *table, const uint32_t *order, int64_t begin, int64_t end, int64_t *offsets,
                            uint8_t *data, int64_t *counts);
void term_table_copy_integers(const TermTable *table, const uint32_t *order, int64_t begin, int64_t end,
                              int64_t *values, int64_t *counts);

#endif
