#include "accrue.h"

const char *acr_error_name(int error) {
  switch (error) {
#define ACR_ERROR_NAME(number, name, sentence) \
  case number:                                 \
    return #name;
    ACR_ERROR_MAP(ACR_ERROR_NAME)
#undef ACR_ERROR_NAME
  default:
    return "UNKNOWN";
  }
}

const char *acr_error_text(int error) {
  switch (error) {
#define ACR_ERROR_TEXT(number, name, sentence) \
  case number:                                 \
    return sentence;
    ACR_ERROR_MAP(ACR_ERROR_TEXT)
#undef ACR_ERROR_TEXT
  default:
    return "an error without a name";
  }
}
