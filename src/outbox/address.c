#include "outbox/address.h"
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static bool private4(uint32_t ip) {
  static const struct { uint32_t net; int bits; } nets[] = {
      {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16}, {0xAC100000, 12},
      {0xC0000000, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xE0000000, 4},  {0xF0000000, 4}};
  for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
    if (((ip ^ nets[i].net) >> (32 - nets[i].bits)) == 0) return true;
  return false;
}

static uint32_t embedded(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool private6(const uint8_t ip[16]) {
  static const uint8_t zeros[16], mapped[12] = {[10] = 0xFF, [11] = 0xFF}, nat64[12] = {0x00, 0x64, 0xFF, 0x9B};
  if (memcmp(ip, mapped, 12) == 0 || memcmp(ip, nat64, 12) == 0 || memcmp(ip, zeros, 12) == 0) return private4(embedded(ip + 12));
  if (ip[0] == 0x20 && ip[1] == 0x02) return private4(embedded(ip + 2)); // 6to4
  return (ip[0] & 0xE0) != 0x20; // only 2000::/3 is public
}

bool acr__address_private(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    struct sockaddr_in four;
    memcpy(&four, address, sizeof four);
    return private4(ntohl(four.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return true;
  struct sockaddr_in6 six;
  memcpy(&six, address, sizeof six);
  return private6(six.sin6_addr.s6_addr);
}
