#include "cli/unzip.h"
#include "base/mem.h"
#include <stdlib.h>
#include <zlib.h>

enum { OUT_BYTES = 256 << 10, GZIP_BITS = 16 + MAX_WBITS };

struct unzip {
  z_stream stream;
  bool ended; // between two members of the file, or behind the last
};

struct unzip *acr__unzip_new(void) {
  struct unzip *unzip = acr__mem_alloc(sizeof *unzip);
  *unzip = (struct unzip){0};
  if (inflateInit2(&unzip->stream, GZIP_BITS) != Z_OK) acr__mem_exhausted(sizeof *unzip);
  return unzip;
}

void acr__unzip_free(struct unzip *unzip) {
  if (unzip) inflateEnd(&unzip->stream);
  free(unzip);
}

bool acr__unzip_feed(struct unzip *unzip, const uint8_t *bytes, size_t len, acr__buf *out) {
  z_stream *stream = &unzip->stream;
  stream->next_in = (Bytef *)(uintptr_t)bytes; // zlib only reads it
  stream->avail_in = (uInt)len;
  do {
    if (unzip->ended && stream->avail_in) {
      inflateReset(stream);
      unzip->ended = false;
    }
    acr__buf_reserve(out, OUT_BYTES);
    stream->next_out = out->ptr + out->len;
    stream->avail_out = OUT_BYTES;
    int result = inflate(stream, Z_NO_FLUSH);
    out->len += OUT_BYTES - stream->avail_out;
    if (result == Z_STREAM_END) unzip->ended = true;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return false;
  } while (stream->avail_in || stream->avail_out == 0);
  return true;
}

bool acr__unzip_whole(const struct unzip *unzip) {
  return unzip->ended;
}
