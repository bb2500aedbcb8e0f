// Collectives of tensors in the memory of the processor, by Gloo, and the address by which others reach it.
#include "Processes.h"

#ifdef SWIFTLET_HAS_PROCESSES

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace {

bool isOfThisMachine(const std::string &address) { return address.rfind("127.", 0) == 0 || address == "::1"; }

/// Runs `make` where threads that it starts have the lowest priority.
///
/// Gloo's thread asks without pause for a message that has come before its process waits for it, on the core of the process that is
/// late: on two cores a ResNet-18 took 388 to 399 ms a step, and 343 where that thread has to wait for what computes.
template <typename Make>
auto inBackground(Make &&make) {
#ifdef __linux__
  decltype(make()) result;
  std::exception_ptr failure;
  // A thread of its own, for no thread may raise its priority again.
  std::thread([&] {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19);
    try {
      result = make();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
  return result;
#else
  return make();
#endif
}

}  // namespace

std::string swiftlet::ownAddress(const std::string &host, uint16_t port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return {};
  std::string result;
  for (auto *one = found; one != nullptr && result.empty(); one = one->ai_next) {
    const int socket = ::socket(one->ai_family, one->ai_socktype, one->ai_protocol);
    if (socket < 0) continue;
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    char text[NI_MAXHOST];
    // A datagram socket sends nothing when it is connected.
    if (connect(socket, one->ai_addr, one->ai_addrlen) == 0 &&
        getsockname(socket, reinterpret_cast<sockaddr *>(&own), &length) == 0 &&
        getnameinfo(reinterpret_cast<sockaddr *>(&own), length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0) {
      result = text;
    }
    close(socket);
  }
  freeaddrinfo(found);
  return result;
}

c10::intrusive_ptr<c10d::Backend> swiftlet::processorGroup(
    const c10::intrusive_ptr<c10d::Store> &store, int rank, int size, const std::string &address,
    const std::function<std::string(int)> &addressOf, std::chrono::milliseconds timeout) {
  auto options = c10d::ProcessGroupGloo::Options::create(timeout);
  const char *interface = getenv("GLOO_SOCKET_IFNAME");
  // The machine that holds the store may know itself as localhost, by which no other reaches it.
  bool isReached = !address.empty();
  for (int other = 0; isReached && isOfThisMachine(address) && other < size; ++other) {
    isReached = isOfThisMachine(addressOf(other));
  }
  options->devices.push_back(inBackground([&] {
    return interface != nullptr ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
           : isReached          ? c10d::ProcessGroupGloo::createDeviceForHostname(address)
                                : c10d::ProcessGroupGloo::createDefaultDevice();
  }));
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
}

#endif
