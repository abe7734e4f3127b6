/* What a table is made of, and how a term is hashed. */
#ifndef LEXPORT_ENTRIES_H
#define LEXPORT_ENTRIES_H

#include <string.h>

#include "term_table.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The first byte of a term has to be the lowest of a number."
#endif

#define SHORT 16   /* bytes of a term that lies in its entry */
#define BATCH 64   /* terms that are looked up together */
#define PADDING 16 /* bytes behind the first one of a term that may be read at once */

typedef struct {
    uint64_t first, second; /* the bytes of a short term, then zeros; else its hash, and where it lies in `text` */
    uint64_t length;
    int64_t count;
} Entry;

typedef struct {
    uint32_t tag;    /* the upper half of the hash */
    uint32_t number; /* of the entry, plus 1; 0 where there is none */
} Slot;

typedef struct {
    uint64_t hash, first, second, length;
    const uint8_t *bytes; /* of a term that is not short */
    int64_t count;
} Token;

struct TermTable {
    uint64_t seed;
    Slot *slots;
    uint64_t mask; /* the number of slots, a power of 2, less 1 */
    Entry *entries;
    uint64_t length, room;
    uint8_t *text;
    uint64_t text_length, text_room;
    Token batch[BATCH];
    int waiting;
};

/* Looks up what waits, and adds what is new. */
int look_up_batch(TermTable *table);

/* The hash is that of wyhash: a product of 128 bits, folded. The seed keeps others from finding terms that collide. */
static inline uint64_t folded(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t eight_bytes(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

static inline uint64_t hash_of_short(uint64_t seed, uint64_t first, uint64_t second, uint64_t length) {
    return folded(folded(first ^ seed, second ^ 0xe7037ed1a0b428dbull) ^ length, 0xa0761d6478bd642full ^ seed);
}

static inline uint64_t hash_of_long(uint64_t seed, const uint8_t *bytes, uint64_t length) {
    uint64_t hash = seed, left = length;
    for (; left > 16; left -= 16, bytes += 16)
        hash = folded(eight_bytes(bytes) ^ 0x8ebc6af09c88c6e3ull ^ seed, eight_bytes(bytes + 8) ^ hash);
    const uint8_t *tail = bytes + left - 16; /* overlaps what was seen, if need be */
    hash = folded(eight_bytes(tail) ^ 0x589965cc75374cc3ull ^ seed, eight_bytes(tail + 8) ^ hash);
    return folded(hash ^ length, 0xa0761d6478bd642full ^ seed);
}

static inline uint64_t hash_of_entry(const TermTable *table, const Entry *entry) {
    if (entry->length > SHORT) return entry->first;
    return hash_of_short(table->seed, entry->first, entry->second, entry->length);
}

/* Lets a term wait to be looked up; a long one has to stay where it is until then. `readable` says that PADDING bytes
   may be read from its first one on. */
static inline void put(TermTable *table, const uint8_t *bytes, uint64_t length, int64_t count, int readable) {
    Token *token = &table->batch[table->waiting++];
    token->length = length;
    token->count = count;
    if (length > SHORT) {
        token->bytes = bytes;
        token->hash = hash_of_long(table->seed, bytes, length);
        return;
    }
    uint64_t words[2] = {0, 0};
    if (!readable) {
        memcpy(words, bytes, length);
    } else {
        words[0] = eight_bytes(bytes);
        if (length < 8) words[0] &= ((uint64_t)1 << 8 * length) - 1;
        if (length > 8) words[1] = eight_bytes(bytes + 8);
        if (length > 8 && length < 16) words[1] &= ((uint64_t)1 << 8 * (length - 8)) - 1;
    }
    token->first = words[0];
    token->second = words[1];
    token->hash = hash_of_short(table->seed, words[0], words[1], length);
}

#endif
