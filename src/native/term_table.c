/* The table: slots, of which each points at an entry, and entries, dense and in the order of their first counting.

   A term of at most 16 bytes lies in its entry; longer ones lie one behind the other in `text`. Most of the time goes
   into waiting for memory. So terms are looked up a batch at a time: the slots of all of them are asked for, then the
   entries, and only then is anything compared. */
#include "term_table.h"

#include <stdlib.h>

#include "entries.h"

#define FIRST_SLOTS 256
#define FIRST_ENTRIES 128
#define FIRST_TEXT 4096

int term_table_interface(void) { return TERM_TABLE_INTERFACE; }

TermTable *term_table_new(uint64_t seed) {
    TermTable *table = calloc(1, sizeof *table);
    if (!table) return NULL;
    table->seed = seed;
    table->mask = FIRST_SLOTS - 1;
    table->slots = calloc(FIRST_SLOTS, sizeof(Slot));
    if (table->slots) return table;
    free(table);
    return NULL;
}

void term_table_free(TermTable *table) {
    if (!table) return;
    free(table->slots);
    free(table->entries);
    free(table->text);
    free(table);
}

int64_t term_table_length(const TermTable *table) { return (int64_t)table->length; }

int64_t term_table_memory(const TermTable *table) {
    uint64_t slots = (table->mask + 1) * sizeof(Slot), entries = table->room * sizeof(Entry);
    return (int64_t)(sizeof *table + slots + entries + table->text_room);
}

static int grow_slots(TermTable *table) {
    uint64_t mask = 2 * table->mask + 1;
    Slot *slots = calloc(mask + 1, sizeof(Slot));
    if (!slots) return TERM_TABLE_NO_MEMORY;
    for (uint64_t number = 0; number < table->length; number++) {
        uint64_t hash = hash_of_entry(table, &table->entries[number]), place = hash & mask;
        while (slots[place].number) place = (place + 1) & mask;
        slots[place] = (Slot){(uint32_t)(hash >> 32), (uint32_t)number + 1};
    }
    free(table->slots);
    table->slots = slots;
    table->mask = mask;
    return TERM_TABLE_OK;
}

static int grow_entries(TermTable *table) {
    if (table->length == UINT32_MAX) return TERM_TABLE_FULL;
    uint64_t room = table->room + table->room / 2 + FIRST_ENTRIES;
    Entry *entries = realloc(table->entries, room * sizeof(Entry));
    if (!entries) return TERM_TABLE_NO_MEMORY;
    table->entries = entries;
    table->room = room;
    return TERM_TABLE_OK;
}

static int append_text(TermTable *table, const uint8_t *bytes, uint64_t length) {
    if (table->text_room - table->text_length < length) {
        uint64_t room = table->text_room + table->text_room / 2 + length + FIRST_TEXT;
        uint8_t *text = realloc(table->text, room);
        if (!text) return TERM_TABLE_NO_MEMORY;
        table->text = text;
        table->text_room = room;
    }
    memcpy(table->text + table->text_length, bytes, length);
    table->text_length += length;
    return TERM_TABLE_OK;
}

static int insert(TermTable *table, const Token *token, uint64_t place) {
    int answer;
    if ((table->length == table->room || table->length == UINT32_MAX) && (answer = grow_entries(table))) return answer;
    Entry entry = {token->first, token->second, token->length, token->count};
    if (token->length > SHORT) {
        entry.first = token->hash;
        entry.second = table->text_length;
        if ((answer = append_text(table, token->bytes, token->length))) return answer;
    }
    table->entries[table->length++] = entry;
    table->slots[place] = (Slot){(uint32_t)(token->hash >> 32), (uint32_t)table->length};
    /* No more than three quarters of the slots are taken. */
    return table->length > (table->mask + 1) / 4 * 3 ? grow_slots(table) : TERM_TABLE_OK;
}

static inline int is_same(const TermTable *table, const Entry *entry, const Token *token) {
    if (entry->length != token->length) return 0;
    if (token->length <= SHORT) return entry->first == token->first && entry->second == token->second;
    return entry->first == token->hash && !memcmp(table->text + entry->second, token->bytes, token->length);
}

static int look_up(TermTable *table, const Token *token) {
    uint32_t tag = (uint32_t)(token->hash >> 32);
    uint64_t place = token->hash & table->mask;
    for (Slot slot; (slot = table->slots[place]).number; place = (place + 1) & table->mask) {
        Entry *entry = &table->entries[slot.number - 1];
        if (slot.tag != tag || !is_same(table, entry, token)) continue;
        entry->count += token->count;
        return TERM_TABLE_OK;
    }
    return insert(table, token, place);
}

int look_up_batch(TermTable *table) {
    int number = table->waiting;
    table->waiting = 0;
    for (int i = 0; i < number; i++) __builtin_prefetch(&table->slots[table->batch[i].hash & table->mask]);
    for (int i = 0; i < number; i++) {
        Slot slot = table->slots[table->batch[i].hash & table->mask];
        if (slot.number) __builtin_prefetch(&table->entries[slot.number - 1], 1);
    }
    for (int i = 0; i < number; i++) {
        int answer = look_up(table, &table->batch[i]);
        if (answer) return answer;
    }
    return TERM_TABLE_OK;
}
