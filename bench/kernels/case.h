// Kernel cases as data: one list of what a kernel is asked to do, for tests, micro-benchmarks, profiles and records.
//
// A case is a kernel, the sizes of its operands, the type of its weights and an instruction set. Its text names all of
// it and reads back: "matmul m=97 n=1536 k=512 bf16 avx512".
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "simd/cpu.h"
#include "simd/kernels.h"

namespace trm::bench {

inline constexpr std::size_t kMostSizes = 5;
using CaseSizes = std::array<std::size_t, kMostSizes>;
/// The same for counting: products of sizes do not fit into whole numbers.
using CaseDoubles = std::array<double, kMostSizes>;

/// The largest size that a case may name: what is larger is a slip of the finger.
inline constexpr std::size_t kMostSize = std::size_t{1} << 24;
/// Bytes that the operands of a case may need together.
inline constexpr std::size_t kMostCaseBytes = std::size_t{1} << 32;

/// What a case does again and again with operands of its own, which are made from a fixed seed.
class CaseRun {
 public:
  virtual ~CaseRun() = default;
  /// Once. Kernels that work in place go on from what they left.
  virtual void run() = 0;
  /// What it wrote, to be compared with another table's after as many runs.
  [[nodiscard]] virtual std::span<const float> output() const = 0;
  /// Operands are made in so many copies, and each run takes the next: with copies beyond a cache, each run finds its
  /// operands outside that cache.
  [[nodiscard]] std::size_t copies() const { return copies_; }

 protected:
  explicit CaseRun(std::size_t copies) : copies_(copies) {}
  CaseRun(const CaseRun&) = default;
  CaseRun& operator=(const CaseRun&) = default;

 private:
  std::size_t copies_;
};

/// One row of the list of kernels.
struct KernelKind {
  const char* name;                           ///< "matmul"
  std::array<const char*, kMostSizes> sizes;  ///< names of its sizes in order: "m", "n", "k"; null behind the last
  std::size_t types;                          ///< of weights, the first so many: fp32, bf16, int8
  bool inference;                             ///< occurs where a model runs, not only where it learns
  /// Multiplications and additions. Exponentials, roots and divisions count as one each.
  double (*count_flops)(const CaseDoubles& sizes);
  /// Bytes of all operands, each read or written once: the least that must move. Packed weights count as packed.
  double (*count_bytes)(const CaseDoubles& sizes, simd::WeightType type);
  std::unique_ptr<CaseRun> (*make)(const CaseSizes& sizes, const simd::Kernels<float>& kernels, simd::WeightType type,
                                   std::size_t copies);

  [[nodiscard]] std::size_t size_count() const;
  [[nodiscard]] double flops(const CaseSizes& sizes_of_case) const;
  [[nodiscard]] double bytes(const CaseSizes& sizes_of_case, simd::WeightType type) const;
};

/// All rows, products first.
std::span<const KernelKind> kernel_kinds();
/// Null: no kernel has this name.
const KernelKind* kernel_kind(std::string_view name);

struct KernelCase {
  const KernelKind* kind = nullptr;
  CaseSizes sizes = {};
  simd::WeightType type = simd::WeightType::fp32;  ///< fp32 where the kernel has one type alone
  std::string isa;                                 ///< "avx512"; "reference": the scalar kernels

  /// "matmul"
  [[nodiscard]] std::string kernel() const { return kind->name; }
  /// "m=97 n=1536 k=512"
  [[nodiscard]] std::string shape() const;
  /// "bf16"
  [[nodiscard]] std::string type_name() const { return std::string(simd::weight_type_name(type)); }
  /// "matmul m=97 n=1536 k=512 bf16 avx512": parse_case() reads it back.
  [[nodiscard]] std::string text() const;
  /// The line that runs it alone: trm profile --case '...'.
  [[nodiscard]] std::string command() const { return "trm profile --case '" + text() + "'"; }
  [[nodiscard]] double flops() const { return kind->flops(sizes); }
  [[nodiscard]] double bytes() const { return kind->bytes(sizes, type); }
  /// Operands for it. The kernels are those of `table`, whatever `isa` says.
  [[nodiscard]] std::unique_ptr<CaseRun> make(const simd::Kernels<float>& table, std::size_t copies = 1) const {
    return kind->make(sizes, table, type, copies);
  }
};

/// Words in any order behind the kernel's name; without a type fp32, without an instruction set `isa`. Error (usage):
/// an unknown kernel, size, type or instruction set (with the nearest name), a size that is missing, there twice or out
/// of range, operands that are too large.
Result<KernelCase> parse_case(std::string_view text, std::string_view isa);

/// The kernels of a case's instruction set; "reference" too. Error (unsupported): this program or machine has none,
/// with the reason.
Result<const simd::Kernels<float>*> case_kernels(const KernelCase& kernel_case);

/// Cases that cover every kernel: shapes of the shipped models and of the published ones, with remainders. `large`:
/// those too that take milliseconds.
std::vector<KernelCase> standard_cases(std::string_view isa, bool large);

}  // namespace trm::bench
