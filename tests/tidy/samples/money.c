// sample: src/ledger/money.c
// a double in a comment is no harm
static const char *word = "double";
static double half(int amount) { // expect: floating_point
  return (float)amount / 2;      // expect: floating_point
}
