#include "bench/speed/onednn_library.h"

#include <dlfcn.h>

#include <string>

namespace trm::bench {
namespace {

/// The calling convention is that of the version whose headers were compiled.
const std::string kName = "libdnnl.so." + std::to_string(DNNL_VERSION_MAJOR);

template <class Function>
bool find(void* library, const char* name, Function& out) {
  out = reinterpret_cast<Function>(::dlsym(library, name));
  return out != nullptr;
}

}  // namespace

Result<OneDnnLibrary> OneDnnLibrary::open() {
  // Never closed: OpenMP's threads stay in its code.
  void* library = ::dlopen(kName.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    return Error{ErrorCode::unsupported, kName, "oneDNN", reason == nullptr ? "cannot be loaded" : reason,
                 "install it, or do without"};
  }
  OneDnnLibrary out{};
  const char* missing = nullptr;
  const auto need = [&](const char* name, auto& function) {
    if (!find(library, name, function) && missing == nullptr) missing = name;
  };
  need("dnnl_version", out.version);
  need("dnnl_get_effective_cpu_isa", out.get_effective_cpu_isa);
  need("dnnl_engine_create", out.engine_create);
  need("dnnl_engine_destroy", out.engine_destroy);
  need("dnnl_stream_create", out.stream_create);
  need("dnnl_stream_wait", out.stream_wait);
  need("dnnl_stream_destroy", out.stream_destroy);
  need("dnnl_memory_desc_init_by_strides", out.memory_desc_init_by_strides);
  need("dnnl_memory_desc_init_by_tag", out.memory_desc_init_by_tag);
  need("dnnl_memory_desc_get_size", out.memory_desc_get_size);
  need("dnnl_memory_create", out.memory_create);
  need("dnnl_memory_destroy", out.memory_destroy);
  need("dnnl_matmul_desc_init", out.matmul_desc_init);
  need("dnnl_primitive_desc_create", out.primitive_desc_create);
  need("dnnl_primitive_desc_query_md", out.primitive_desc_query_md);
  need("dnnl_primitive_desc_destroy", out.primitive_desc_destroy);
  need("dnnl_reorder_primitive_desc_create", out.reorder_primitive_desc_create);
  need("dnnl_primitive_create", out.primitive_create);
  need("dnnl_primitive_execute", out.primitive_execute);
  need("dnnl_primitive_destroy", out.primitive_destroy);
  if (missing != nullptr) {
    return Error{ErrorCode::unsupported, kName, "oneDNN", std::string("has no function ") + missing,
                 "install the version that this program was built with"};
  }
  find(library, "omp_set_num_threads", out.omp_set_num_threads);  // also in the libraries that it loads
  return out;
}

}  // namespace trm::bench
