/* Counting: from text, values and integers to terms that are looked up. */
#include <stdlib.h>

#include "entries.h"
#include "term_table.h"

int term_table_count_words(TermTable *table, const uint8_t *text, int64_t size, const uint16_t *bytes) {
    /* The words of a batch, with their bytes replaced. It has room for all, but only what is used is ever touched. */
    uint8_t *words = malloc((size_t)size + PADDING), *word = words, *end = words;
    if (!words) return TERM_TABLE_NO_MEMORY;
    int answer = TERM_TABLE_OK;
    for (int64_t i = 0; i <= size && !answer; i++) {
        uint16_t byte = i < size ? bytes[text[i]] : BYTE_SEPARATES;
        *end = (uint8_t)byte;
        end += byte < BYTE_DROPPED;
        if (byte != BYTE_SEPARATES || word == end) continue;
        put(table, word, (uint64_t)(end - word), 1, 1);
        word = end;
        if (table->waiting < BATCH) continue;
        answer = look_up_batch(table);
        word = end = words;
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
            end += byte < BYTE_DROPPED;
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
