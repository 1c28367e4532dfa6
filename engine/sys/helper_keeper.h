// The process between this program and a helper, which ends the helper and what that started: see helper.h.
#pragma once

namespace trm {

/// What the keeper tells over its control socket: first `started` or `refused`, at the end `ended`.
struct KeeperNews {
  enum Kind : int {
    started,  ///< value: the helper's process number
    refused,  ///< value: error number of fork() or exec()
    ended,    ///< value: status of waitpid(). Everything that the helper started is gone.
  };
  int kind = refused;
  int value = 0;
};

/// Descriptors are 3 or more, so that none is in the place of another.
struct KeeperOrders {
  int control;                ///< SOCK_SEQPACKET; the keeper ends the helper when the other end closes
  int input, output, errors;  ///< the helper's standard streams; errors below 0: none
  char* const* words;
  char* const* environment;
};

/// The whole life of the keeper, to be called in a freshly forked process. Calls nothing that is unsafe there if the
/// parent has threads: no allocation, no lock.
[[noreturn]] void keep_helper(const KeeperOrders& orders);

}  // namespace trm
