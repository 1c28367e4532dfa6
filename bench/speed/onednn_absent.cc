// Where the build found no oneDNN.
#include "bench/speed/onednn.h"

namespace trm::bench {

Result<std::unique_ptr<OneDnn>> OneDnn::load(const char*) {
  return Error{ErrorCode::unsupported, "", "oneDNN", "this program was built without it",
               "install libdnnl-dev (version 2) and build again"};
}

}  // namespace trm::bench
