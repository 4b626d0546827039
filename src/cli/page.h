// The files of page/ as bytes; CMake makes them part of the command.
#ifndef ACR_CLI_PAGE_H
#define ACR_CLI_PAGE_H
#include <stddef.h>

struct page_file {
  const char *name; // NULL ends the list
  const unsigned char *bytes;
  size_t len;
};
extern const struct page_file acr__page_files[];
#endif
