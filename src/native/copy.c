/* Taking terms and their counts out of a table. */
#include <stdlib.h>

#include "entries.h"
#include "term_table.h"

static inline const Entry *entry_at(const TermTable *table, const uint32_t *order, int64_t place) {
    return &table->entries[order ? order[place] : (uint64_t)place];
}

/* Not by the hash of the table: parts are the same in every process, and within a part that hash is as good as ever. */
static inline uint64_t part_of(const TermTable *table, uint64_t number, int64_t parts) {
    const Entry *entry = &table->entries[number];
    uint64_t hash = entry->length > SHORT ? hash_of_long(0, table->text + entry->second, entry->length)
                                          : hash_of_short(0, entry->first, entry->second, entry->length);
    return hash & (uint64_t)(parts - 1);
}

int term_table_partition(const TermTable *table, int64_t parts, uint32_t *order, int64_t *bounds) {
    int64_t *next = calloc((size_t)parts + 1, sizeof(int64_t));
    if (!next) return TERM_TABLE_NO_MEMORY;
    for (uint64_t i = 0; i < table->length; i++) next[part_of(table, i, parts) + 1]++;
    for (int64_t part = 0; part < parts; part++) next[part + 1] += next[part];
    memcpy(bounds, next, ((size_t)parts + 1) * sizeof(int64_t));
    for (uint64_t i = 0; i < table->length; i++) order[next[part_of(table, i, parts)]++] = (uint32_t)i;
    free(next);
    return TERM_TABLE_OK;
}

int64_t term_table_bytes_of(const TermTable *table, const uint32_t *order, int64_t begin, int64_t end) {
    uint64_t bytes = 0;
    for (int64_t place = begin; place < end; place++) bytes += entry_at(table, order, place)->length;
    return (int64_t)bytes;
}

void term_table_copy_values(const TermTable *table, const uint32_t *order, int64_t begin, int64_t end, int64_t *offsets,
                            uint8_t *data, int64_t *counts) {
    int64_t at = 0;
    for (int64_t place = begin; place < end; place++) {
        const Entry *entry = entry_at(table, order, place);
        uint64_t words[2] = {entry->first, entry->second};
        const void *bytes = entry->length > SHORT ? (const void *)(table->text + entry->second) : words;
        memcpy(data + at, bytes, entry->length);
        *offsets++ = at;
        *counts++ = entry->count;
        at += (int64_t)entry->length;
    }
    *offsets = at;
}

void term_table_copy_integers(const TermTable *table, const uint32_t *order, int64_t begin, int64_t end,
                              int64_t *values, int64_t *counts) {
    for (int64_t place = begin; place < end; place++) {
        const Entry *entry = entry_at(table, order, place);
        memcpy(values++, &entry->first, sizeof(int64_t));
        *counts++ = entry->count;
    }
}
