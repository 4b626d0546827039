#include "program/compile.h"

// ISO 4217: minor unit exponents that are not 2.
static const struct { char code[4]; int scale; } odd[] = {
  {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3}, {"ISK", 0}, {"JOD", 3},
  {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3}, {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3},
  {"UGX", 0}, {"UYW", 4}, {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
};

int acr__currency_scale(acr__span code) {
  if (code.len != 3) return -1;
  for (int i = 0; i < 3; i++) {
    if (code.ptr[i] < 'A' || code.ptr[i] > 'Z') return -1;
  }
  for (int i = 0; i < ACR_COUNT(odd); i++) {
    if (acr__span_is(code, odd[i].code)) return odd[i].scale;
  }
  return 2;
}
