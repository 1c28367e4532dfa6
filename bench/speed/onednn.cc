#include "bench/speed/onednn.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "bench/speed/onednn_library.h"
#include "engine/base/random.h"
#include "engine/model/tensors.h"
#include "simd/narrow.h"

namespace trm::bench {
namespace {

/// The library with an engine on this processor and a stream.
struct Device {
  OneDnnLibrary library;
  dnnl_engine_t engine = nullptr;
  dnnl_stream_t stream = nullptr;
};

Error failed(const char* what, dnnl_status_t status) {
  return Error{ErrorCode::unsupported, "", "oneDNN",
               fmt::format("cannot {} (status {})", what, static_cast<int>(status)), "measure without it"};
}

/// A handle of the library and what ends it.
template <class Handle>
class Owned {
 public:
  using Destroy = dnnl_status_t (*)(Handle);
  Owned() = default;
  explicit Owned(Destroy destroy) : destroy_(destroy) {}
  Owned(Owned&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), destroy_(std::exchange(other.destroy_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(destroy_, other.destroy_);
    return *this;
  }
  ~Owned() {
    if (handle_ != nullptr) destroy_(handle_);
  }
  [[nodiscard]] Handle get() const { return handle_; }
  Handle* place() { return &handle_; }

 private:
  Handle handle_ = nullptr;
  Destroy destroy_ = nullptr;
};

/// Types of a product: of activations, of weights, of sums.
struct Types {
  dnnl_data_type_t activations, weights, sums;
};

Types types_of(simd::WeightType type) {
  switch (type) {
    case simd::WeightType::bf16:
      return {dnnl_bf16, dnnl_bf16, dnnl_bf16};
    case simd::WeightType::int8:
      return {dnnl_u8, dnnl_s8, dnnl_s32};
    case simd::WeightType::fp32:
    case simd::WeightType::automatic:
      break;
  }
  return {dnnl_f32, dnnl_f32, dnnl_f32};
}

std::size_t bytes_of(dnnl_data_type_t type) {
  return type == dnnl_f32 || type == dnnl_s32 ? 4 : type == dnnl_bf16 ? 2 : 1;
}

/// Values in [-1, 1) or the small integers that stand for them: no denormals, nothing special.
Buffer<std::byte> random_values(std::size_t count, dnnl_data_type_t type, std::uint64_t stream) {
  Buffer<std::byte> out(count * bytes_of(type));
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<float>(2 * random_uniform(1, stream, i) - 1);
    std::byte* at = out.data() + i * bytes_of(type);
    if (type == dnnl_f32) {
      std::memcpy(at, &value, sizeof value);
    } else if (type == dnnl_bf16) {
      const std::uint16_t narrow = simd::to_bf16(value);
      std::memcpy(at, &narrow, sizeof narrow);
    } else {
      const int small = static_cast<int>(value * 127.0F);
      *at = static_cast<std::byte>(type == dnnl_u8 ? small + 127 : small);
    }
  }
  return out;
}

/// What all products of a runner read and write: as in a network, where the next layer finds in the caches what the one
/// before has left there.
struct Activations {
  Buffer<std::byte> sources, sums;
};

/// One product with its weights, ready to be executed.
class Product {
 public:
  /// `activations` must outlive it.
  static Result<Product> create(const Device& device, const WeightProduct& shape, const Types& types,
                                Activations& activations) {
    Product out(device.library);
    if (Status s = out.build(device, shape, types, activations); !s.ok()) return s.error();
    return out;
  }

  dnnl_status_t execute(const Device& device) const {
    const std::array<dnnl_exec_arg_t, 3> arguments = {
        {{DNNL_ARG_SRC, source_.get()}, {DNNL_ARG_WEIGHTS, weights_.get()}, {DNNL_ARG_DST, sums_.get()}}};
    return device.library.primitive_execute(primitive_.get(), device.stream, static_cast<int>(arguments.size()),
                                            arguments.data());
  }

 private:
  explicit Product(const OneDnnLibrary& library)
      : source_(library.memory_destroy),
        weights_(library.memory_destroy),
        sums_(library.memory_destroy),
        primitive_(library.primitive_destroy) {}

  Status build(const Device& device, const WeightProduct& shape, const Types& types, Activations& activations) {
    const OneDnnLibrary& library = device.library;
    const auto m = static_cast<dnnl_dim_t>(shape.rows), k = static_cast<dnnl_dim_t>(shape.in),
               n = static_cast<dnnl_dim_t>(shape.out);
    dnnl_memory_desc_t source{}, plain{}, any{}, sums{};
    const dnnl_dims_t source_dims = {m, k}, source_strides = {k, 1}, weight_dims = {k, n}, weight_strides = {1, k},
                      sum_dims = {m, n}, sum_strides = {n, 1};
    dnnl_status_t status =
        library.memory_desc_init_by_strides(&source, 2, source_dims, types.activations, source_strides);
    const auto also = [&](auto&& call) {
      if (status == dnnl_success) status = call();
    };
    also([&] { return library.memory_desc_init_by_strides(&plain, 2, weight_dims, types.weights, weight_strides); });
    also([&] { return library.memory_desc_init_by_tag(&any, 2, weight_dims, types.weights, dnnl_format_tag_any); });
    also([&] { return library.memory_desc_init_by_strides(&sums, 2, sum_dims, types.sums, sum_strides); });
    dnnl_matmul_desc_t what{};
    also([&] { return library.matmul_desc_init(&what, &source, &any, nullptr, &sums); });
    Owned<dnnl_primitive_desc_t> plan(library.primitive_desc_destroy);
    also([&] { return library.primitive_desc_create(plan.place(), &what, nullptr, device.engine, nullptr); });
    if (status != dnnl_success) return failed("plan a product", status);
    const dnnl_memory_desc_t* packed = library.primitive_desc_query_md(plan.get(), dnnl_query_weights_md, 0);

    weight_data_ = Buffer<std::byte>(library.memory_desc_get_size(packed));
    also([&] { return library.memory_create(source_.place(), &source, device.engine, activations.sources.data()); });
    also([&] { return library.memory_create(weights_.place(), packed, device.engine, weight_data_.data()); });
    also([&] { return library.memory_create(sums_.place(), &sums, device.engine, activations.sums.data()); });
    also([&] { return library.primitive_create(primitive_.place(), plan.get()); });
    if (status != dnnl_success) return failed("prepare a product", status);
    Buffer<std::byte> values = random_values(shape.in * shape.out, types.weights, 2);
    status = pack(device, plain, values.data(), *packed);
    return status == dnnl_success ? Status{} : Status{failed("pack weights", status)};
  }

  [[nodiscard]] dnnl_status_t pack(const Device& device, const dnnl_memory_desc_t& plain, void* values,
                                   const dnnl_memory_desc_t& packed) const {
    const OneDnnLibrary& library = device.library;
    Owned<dnnl_memory_t> from(library.memory_destroy);
    Owned<dnnl_primitive_desc_t> plan(library.primitive_desc_destroy);
    Owned<dnnl_primitive_t> reorder(library.primitive_destroy);
    dnnl_status_t status = library.memory_create(from.place(), &plain, device.engine, values);
    const auto also = [&](auto&& call) {
      if (status == dnnl_success) status = call();
    };
    also([&] {
      return library.reorder_primitive_desc_create(plan.place(), &plain, device.engine, &packed, device.engine,
                                                   nullptr);
    });
    also([&] { return library.primitive_create(reorder.place(), plan.get()); });
    const std::array<dnnl_exec_arg_t, 2> arguments = {{{DNNL_ARG_FROM, from.get()}, {DNNL_ARG_TO, weights_.get()}}};
    also([&] {
      return library.primitive_execute(reorder.get(), device.stream, static_cast<int>(arguments.size()),
                                       arguments.data());
    });
    also([&] { return library.stream_wait(device.stream); });
    return status;
  }

  Buffer<std::byte> weight_data_;
  Owned<dnnl_memory_t> source_, weights_, sums_;
  Owned<dnnl_primitive_t> primitive_;
};

class ProductsRunner final : public Runner {
 public:
  ProductsRunner(const Device& device, std::size_t times, std::size_t threads)
      : device_(&device), times_(times), threads_(threads) {}

  /// The products of all layers, in their order.
  Status create(const std::vector<WeightProduct>& layer, std::size_t layers, const Types& types) {
    std::size_t most_in = 0, most_out = 0;
    for (const WeightProduct& shape : layer) {
      most_in = std::max(most_in, shape.rows * shape.in);
      most_out = std::max(most_out, shape.rows * shape.out);
    }
    activations_ = {random_values(most_in, types.activations, 1), Buffer<std::byte>(most_out * bytes_of(types.sums))};
    for (std::size_t i = 0; i < layers; ++i) {
      for (const WeightProduct& shape : layer) {
        Result<Product> product = Product::create(*device_, shape, types, activations_);
        if (!product.ok()) return product.error();
        products_.push_back(*std::move(product));
      }
    }
    return {};
  }

  Result<double> warm_up() override {
    if (Status s = repeat(1); !s.ok()) return s.error();
    return static_cast<double>(times_);
  }

  Status run() override { return repeat(times_); }

 private:
  [[nodiscard]] Status repeat(std::size_t times) const {
    if (device_->library.omp_set_num_threads != nullptr) {
      device_->library.omp_set_num_threads(static_cast<int>(threads_));
    }
    dnnl_status_t status = dnnl_success;
    for (std::size_t i = 0; i < times && status == dnnl_success; ++i) {
      for (const Product& product : products_) {
        if (status == dnnl_success) status = product.execute(*device_);
      }
    }
    if (status == dnnl_success) status = device_->library.stream_wait(device_->stream);
    return status == dnnl_success ? Status{} : Status{failed("multiply", status)};
  }

  const Device* device_;
  std::size_t times_, threads_;
  Activations activations_;
  std::vector<Product> products_;
};

const char* isa_text(dnnl_cpu_isa_t isa) {
  switch (isa) {
    case dnnl_cpu_isa_sse41:
      return "SSE41";
    case dnnl_cpu_isa_avx:
      return "AVX";
    case dnnl_cpu_isa_avx2:
      return "AVX2";
    case dnnl_cpu_isa_avx2_vnni:
      return "AVX2_VNNI";
    case dnnl_cpu_isa_avx512_core:
      return "AVX512_CORE";
    case dnnl_cpu_isa_avx512_core_vnni:
      return "AVX512_CORE_VNNI";
    case dnnl_cpu_isa_avx512_core_bf16:
      return "AVX512_CORE_BF16";
    case dnnl_cpu_isa_avx512_core_amx:
      return "AVX512_CORE_AMX";
    default:
      return "an instruction set without a name here";
  }
}

class LoadedOneDnn final : public OneDnn {
 public:
  explicit LoadedOneDnn(const OneDnnLibrary& library) : device_{library} {}
  LoadedOneDnn(const LoadedOneDnn&) = delete;
  LoadedOneDnn& operator=(const LoadedOneDnn&) = delete;
  ~LoadedOneDnn() override {
    if (device_.stream != nullptr) device_.library.stream_destroy(device_.stream);
    if (device_.engine != nullptr) device_.library.engine_destroy(device_.engine);
  }

  Status start() {
    dnnl_status_t status = device_.library.engine_create(&device_.engine, dnnl_cpu, 0);
    if (status == dnnl_success) {
      status = device_.library.stream_create(&device_.stream, device_.engine, dnnl_stream_default_flags);
    }
    return status == dnnl_success ? Status{} : Status{failed("start", status)};
  }

  [[nodiscard]] std::string description() const override {
    const dnnl_version_t* version = device_.library.version();
    return fmt::format("oneDNN {}.{}.{}, {}", version->major, version->minor, version->patch,
                       isa_text(device_.library.get_effective_cpu_isa()));
  }

  [[nodiscard]] bool uses_tiles() const override {
    return device_.library.get_effective_cpu_isa() == dnnl_cpu_isa_avx512_core_amx;
  }

  Result<std::unique_ptr<Runner>> make_runner(const SpeedWorkload& workload, simd::WeightType type,
                                              std::size_t threads) override {
    // It plans for the threads that it has at that time.
    if (device_.library.omp_set_num_threads != nullptr) {
      device_.library.omp_set_num_threads(static_cast<int>(threads));
    } else if (threads > 1) {
      return Error{ErrorCode::unsupported, "", "oneDNN", "its number of threads cannot be set", "use one thread"};
    }
    const std::size_t layers = workload.model.L_layers;
    auto out = std::make_unique<ProductsRunner>(device_, layer_passes(workload.model) / layers, threads);
    if (Status s = out->create(weight_products(workload.model, workload.batch), layers, types_of(type)); !s.ok()) {
      return s.error();
    }
    return std::unique_ptr<Runner>(std::move(out));
  }

 private:
  Device device_;
};

}  // namespace

Result<std::unique_ptr<OneDnn>> OneDnn::load(const char* cap) {
  // Read by the library when it first looks at the processor; what the user has set stays.
  if (cap != nullptr) ::setenv("ONEDNN_MAX_CPU_ISA", cap, 0);
  const Result<OneDnnLibrary> library = OneDnnLibrary::open();
  if (!library.ok()) return library.error();
  auto out = std::make_unique<LoadedOneDnn>(*library);
  if (Status s = out->start(); !s.ok()) return s.error();
  return std::unique_ptr<OneDnn>(std::move(out));
}

}  // namespace trm::bench
