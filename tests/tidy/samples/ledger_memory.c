// sample: src/ledger/memory/store.c
#include "ledger/ledger.h"
#include <sqlite3.h> // expect: foreign_header
