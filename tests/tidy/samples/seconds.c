// sample: src/daemon/seconds.c
static double seconds(long ms) {
  return (double)ms / 1000.0;
}
