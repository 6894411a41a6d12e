// The speed of a processor now: ns of a step of a fixed loop, and µs to send and receive a datagram over the loopback
// interface. Prints one JSON object.
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STEPS = 20000000, DATAGRAMS = 20000, BYTES = 1200 };

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(void) {
  static char bytes[BYTES];
  volatile uint64_t value = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof to;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&to, length) != 0 || getsockname(fd, (struct sockaddr *)&to, &length) != 0) {
    perror("calibrate");
    return 1;
  }
  const double begin = now_ns();
  for (int i = 0; i < STEPS; i++) value = value * 6364136223846793005u + 1442695040888963407u;
  const double middle = now_ns();
  for (int i = 0; i < DATAGRAMS; i++) {
    if (sendto(fd, bytes, BYTES, 0, (struct sockaddr *)&to, length) != BYTES || recv(fd, bytes, BYTES, 0) != BYTES) {
      perror("calibrate");
      return 1;
    }
  }
  const double end = now_ns();
  close(fd);
  printf("{\"stepNs\":%.4f,\"datagramUs\":%.4f}\n", (middle - begin) / STEPS, (end - middle) / DATAGRAMS / 1000);
  return 0;
}
