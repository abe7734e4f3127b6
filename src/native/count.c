/* Counting: from text, values and integers to terms that are looked up. */
#include <stdlib.h>

#include "entries.h"
#include "term_table.h"

#define SEPARATOR ((uint8_t)BYTE_SEPARATES)
#define AT_ONCE 64 /* bytes that are searched for separators at once, one for each bit of a number */

/* Replaces bytes; behind the last one there are as many separators as may be searched with it. */
static const uint8_t *replaced(const uint8_t *text, int64_t size, const uint16_t *bytes, uint8_t *end) {
    for (int64_t i = 0; i < size; i++) {
        uint16_t byte = bytes[text[i]];
        *end = (uint8_t)byte;
        end += byte != BYTE_DROPPED;
    }
    memset(end, SEPARATOR, AT_ONCE);
    return end;
}

/* Sets the bits of those bytes that are separators. No branch depends on the text, as no processor could foresee it. */
static inline uint64_t separators(const uint8_t *bytes) {
    uint64_t found = 0, low = 0x7f7f7f7f7f7f7f7full;
    for (int place = 0; place < AT_ONCE; place += 8) {
        uint64_t other = eight_bytes(bytes + place) ^ SEPARATOR * 0x0101010101010101ull;
        uint64_t same = ~(((other & low) + low) | other | low); /* the highest bit of each byte that is zero */
        found |= ((same >> 7) * 0x0102040810204080ull >> 56) << place;
    }
    return found;
}

int term_table_count_words(TermTable *table, const uint8_t *text, int64_t size, const uint16_t *bytes) {
    uint8_t *words = malloc((size_t)size + AT_ONCE + PADDING);
    if (!words) return TERM_TABLE_NO_MEMORY;
    const uint8_t *word = words, *end = replaced(text, size, bytes, words);
    int answer = TERM_TABLE_OK;
    for (const uint8_t *part = words; part <= end && !answer; part += AT_ONCE) {
        for (uint64_t found = separators(part); found && !answer; found &= found - 1) {
            const uint8_t *next = part + __builtin_ctzll(found);
            if (next > word) put(table, word, (uint64_t)(next - word), 1, 1);
            word = next + 1;
            if (table->waiting == BATCH) answer = look_up_batch(table);
        }
    }
    if (!answer) answer = look_up_batch(table);
    free(words);
    return answer;
}

static int count_as_they_are(TermTable *table, const int64_t *offsets, int64_t number, const uint8_t *data,
                             const int64_t *counts) {
    int64_t last = offsets[number] - PADDING;
    for (int64_t i = 0; i < number; i++) {
        if (offsets[i] == offsets[i + 1]) continue;
        put(table, data + offsets[i], (uint64_t)(offsets[i + 1] - offsets[i]), counts ? counts[i] : 1,
            offsets[i] <= last);
        int answer = table->waiting < BATCH ? TERM_TABLE_OK : look_up_batch(table);
        if (answer) return answer;
    }
    return look_up_batch(table);
}

int term_table_count_values(TermTable *table, const int64_t *offsets, int64_t number, const uint8_t *data,
                            const uint16_t *bytes, const int64_t *counts) {
    if (!bytes) return count_as_they_are(table, offsets, number, data, counts);
    uint8_t *values = malloc((size_t)(offsets[number] - offsets[0]) + PADDING), *end = values;
    if (!values) return TERM_TABLE_NO_MEMORY;
    int answer = TERM_TABLE_OK;
    for (int64_t i = 0; i < number && !answer; i++) {
        uint8_t *value = end;
        for (int64_t at = offsets[i]; at < offsets[i + 1]; at++) {
            uint16_t byte = bytes[data[at]];
            *end = (uint8_t)byte;
            end += byte != BYTE_DROPPED;
        }
        if (end == value) continue;
        put(table, value, (uint64_t)(end - value), counts ? counts[i] : 1, 1);
        if (table->waiting < BATCH) continue;
        answer = look_up_batch(table);
        end = values;
    }
    if (!answer) answer = look_up_batch(table);
    free(values);
    return answer;
}

int term_table_count_integers(TermTable *table, const int64_t *values, int64_t number, const int64_t *counts) {
    for (int64_t i = 0; i < number; i++) {
        put(table, (const uint8_t *)&values[i], sizeof(int64_t), counts ? counts[i] : 1, 0);
        int answer = table->waiting < BATCH ? TERM_TABLE_OK : look_up_batch(table);
        if (answer) return answer;
    }
    return look_up_batch(table);
}

int term_table_add_table(TermTable *table, const TermTable *other) {
    for (uint64_t i = 0; i < other->length; i++) {
        const Entry *entry = &other->entries[i];
        Token *token = &table->batch[table->waiting++];
        *token = (Token){hash_of_entry(other, entry), entry->first, entry->second, entry->length, NULL, entry->count};
        if (entry->length > SHORT) token->bytes = other->text + entry->second;
        int answer = table->waiting < BATCH ? TERM_TABLE_OK : look_up_batch(table);
        if (answer) return answer;
    }
    return look_up_batch(table);
}
