#include "bench/kernels/case.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "bench/kernels/case_kinds.h"
#include "engine/base/closest.h"
#include "simd/ref.h"

namespace trm::bench {
namespace {

constexpr std::string_view kReference = "reference";

Error wrong_case(std::string_view text, std::string message, std::string fix) {
  return Error{ErrorCode::usage, "", "--case", fmt::format("\"{}\": {}", text, message), std::move(fix)};
}

CaseDoubles as_doubles(const CaseSizes& sizes) {
  CaseDoubles out{};
  std::transform(sizes.begin(), sizes.end(), out.begin(), [](std::size_t size) { return static_cast<double>(size); });
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = text.find_first_not_of(' '); at != std::string_view::npos;
       at = text.find_first_not_of(' ', at)) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::string near_fix(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = closest(word, known);
  return near.empty() ? fmt::format("use one of {}", fmt::join(known, ", ")) : fmt::format("did you mean {}?", near);
}

std::vector<std::string> names_of_kinds() {
  std::vector<std::string> out;
  for (const KernelKind& kind : kernel_kinds()) out.emplace_back(kind.name);
  return out;
}

/// The kernel's sizes as the user writes them: "m=M n=N k=K".
std::string size_help(const KernelKind& kind) {
  std::string out;
  for (std::size_t i = 0; i < kind.size_count(); ++i) out += fmt::format("{}{}=N", i == 0 ? "" : " ", kind.sizes[i]);
  return out;
}

/// The least that a size may be: only what lies in front of a sequence may be nothing.
std::size_t least_size(const KernelKind& kind, std::size_t at) {
  return std::string_view(kind.sizes[at]) == "past" ? 0 : 1;
}

/// "m=97" into the case; `given` says which sizes were.
Status read_size(std::string_view text, std::string_view word, KernelCase& out, std::array<bool, kMostSizes>& given) {
  const KernelKind& kind = *out.kind;
  const std::string_view name = word.substr(0, word.find('='));
  std::size_t at = 0;
  while (at < kind.size_count() && kind.sizes[at] != name) ++at;
  if (at == kind.size_count()) {
    return wrong_case(text, fmt::format("{} has no size \"{}\"", kind.name, name),
                      fmt::format("write {} {}", kind.name, size_help(kind)));
  }
  if (std::exchange(given[at], true)) return wrong_case(text, fmt::format("names {} twice", name), "name it once");
  const std::size_t least = least_size(kind, at);
  const std::string_view digits = word.substr(name.size() + 1);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < least || value > kMostSize) {
    return wrong_case(text, fmt::format("{} is no size", word),
                      fmt::format("use a whole number from {} to {}", least, kMostSize));
  }
  out.sizes[at] = value;
  return {};
}

/// A type or an instruction set into the case.
Status read_word(std::string_view text, std::string_view word, KernelCase& out) {
  const std::optional<simd::WeightType> type = simd::parse_weight_type(word);
  if (type && *type != simd::WeightType::automatic) {
    if (static_cast<std::size_t>(*type) >= out.kind->types) {
      return out.kind->types == 1
                 ? wrong_case(text, fmt::format("{} has no weights, so its type is fp32", out.kind->name),
                              "leave the type out")
                 : wrong_case(text, fmt::format("{} has no {}", out.kind->name, word), "use fp32 or bf16");
    }
    out.type = *type;
    return {};
  }
  if (simd::parse_isa(word) || word == kReference) {
    out.isa = word;
    return {};
  }
  std::vector<std::string> known = {"fp32", "bf16", "int8"};
  for (const simd::Isa isa : simd::built_isas()) known.emplace_back(simd::isa_name(isa));
  known.emplace_back(kReference);
  return wrong_case(text, fmt::format("\"{}\" is neither a type nor an instruction set", word), near_fix(word, known));
}

/// "rows=64 d=96" of a kernel that is known to have these sizes.
KernelCase case_of(std::string_view kernel, CaseSizes sizes, std::string_view isa,
                   simd::WeightType type = simd::WeightType::fp32) {
  return {kernel_kind(kernel), sizes, type, std::string(isa)};
}

}  // namespace

std::size_t KernelKind::size_count() const {
  return static_cast<std::size_t>(std::find(sizes.begin(), sizes.end(), nullptr) - sizes.begin());
}

double KernelKind::flops(const CaseSizes& sizes_of_case) const {
  return count_flops(as_doubles(sizes_of_case));
}

double KernelKind::bytes(const CaseSizes& sizes_of_case, simd::WeightType type) const {
  return count_bytes(as_doubles(sizes_of_case), type);
}

const KernelKind* kernel_kind(std::string_view name) {
  const std::span<const KernelKind> all = kernel_kinds();
  const auto found = std::find_if(all.begin(), all.end(), [&](const KernelKind& kind) { return kind.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string KernelCase::shape() const {
  std::string out;
  for (std::size_t i = 0; i < kind->size_count(); ++i) {
    out += fmt::format("{}{}={}", i == 0 ? "" : " ", kind->sizes[i], sizes[i]);
  }
  return out;
}

std::string KernelCase::text() const {
  return fmt::format("{} {} {} {}", kind->name, shape(), type_name(), isa);
}

Result<KernelCase> parse_case(std::string_view text, std::string_view isa) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.empty()) {
    return wrong_case(text, "is empty", "write a kernel and its sizes, such as matmul m=97 n=1536 k=512 bf16");
  }
  KernelCase out;
  out.kind = kernel_kind(words.front());
  if (out.kind == nullptr) {
    return wrong_case(text, fmt::format("no kernel is called \"{}\"", words.front()),
                      near_fix(words.front(), names_of_kinds()));
  }
  out.isa = isa;
  std::array<bool, kMostSizes> given{};
  for (const std::string_view word : std::span(words).subspan(1)) {
    const Status read =
        word.find('=') != std::string_view::npos ? read_size(text, word, out, given) : read_word(text, word, out);
    if (!read.ok()) return read.error();
  }
  for (std::size_t i = 0; i < out.kind->size_count(); ++i) {
    if (!given[i]) {
      return wrong_case(text, fmt::format("{} is missing", out.kind->sizes[i]),
                        fmt::format("write {} {}", out.kind->name, size_help(*out.kind)));
    }
  }
  if (out.bytes() > static_cast<double>(kMostCaseBytes)) {
    return wrong_case(text, fmt::format("its operands need {:.0f} GiB", out.bytes() / (1 << 30)), "use smaller sizes");
  }
  if (const std::string why = impossible_sizes(out); !why.empty()) return wrong_case(text, why, "use other sizes");
  return out;
}

Result<const simd::Kernels<float>*> case_kernels(const KernelCase& kernel_case) {
  if (kernel_case.isa == kReference) return &simd::reference<float>();
  const std::optional<simd::Isa> isa = simd::parse_isa(kernel_case.isa);
  const simd::Kernels<float>* table = isa ? simd::isa_table(*isa) : nullptr;
  if (table == nullptr) {
    return Error{ErrorCode::unsupported, "", "--case",
                 fmt::format("{} does not run here: {}", kernel_case.isa,
                             isa ? simd::missing_reason(*isa) : "no instruction set has this name"),
                 "name another instruction set, or leave it out"};
  }
  return table;
}

std::vector<KernelCase> standard_cases(std::string_view isa, bool large) {
  std::vector<KernelCase> out;
  // Products of trm-frames (D 96), of W3 (D 128) and, where large ones are wanted, of the published Sudoku model.
  std::vector<CaseSizes> products = {{1, 288, 96}, {64, 288, 96}, {64, 512, 96}, {97, 96, 256}, {64, 384, 128}};
  if (large) {
    for (const CaseSizes& more : {CaseSizes{256, 512, 96}, CaseSizes{97, 1536, 512}, CaseSizes{97, 512, 1536}}) {
      products.push_back(more);
    }
  }
  for (const CaseSizes& sizes : products) {
    for (const simd::WeightType type : {simd::WeightType::fp32, simd::WeightType::bf16, simd::WeightType::int8}) {
      out.push_back(case_of("matmul", sizes, isa, type));
    }
    if (sizes[0] == 1) continue;
    for (const simd::WeightType type : {simd::WeightType::fp32, simd::WeightType::bf16}) {
      out.push_back(case_of("weight_gradient", sizes, isa, type));
    }
  }
  out.push_back(case_of("pack", {97, 64}, isa));
  out.push_back(case_of("pack_transposed", {64, 97}, isa));
  for (const std::size_t rows : large ? std::vector<std::size_t>{1, 64, 512} : std::vector<std::size_t>{1, 64}) {
    for (const char* kernel : {"rms_norm", "rms_norm_backward"}) out.push_back(case_of(kernel, {rows, 96}, isa));
    for (const char* kernel : {"silu_gate", "silu_gate_backward"}) out.push_back(case_of(kernel, {rows, 256}, isa));
    out.push_back(case_of("conv_silu", {rows, 96, 4}, isa));
    out.push_back(case_of("softmax", {rows, 97}, isa));
    out.push_back(case_of("rope", {rows, 8, 64}, isa));
    out.push_back(case_of("transpose", {rows, 96}, isa));
    out.push_back(case_of("gather", {rows, 96}, isa));
    out.push_back(case_of("cross_entropy", {rows, 47}, isa));
  }
  out.push_back(case_of("grid_conv_silu", {9, 9, 96, 3}, isa));
  for (const CaseSizes& tokens : {CaseSizes{128, 0, 4, 16, 48}, CaseSizes{1, 103, 4, 16, 48}}) {
    out.push_back(case_of("local_attention", tokens, isa));
    out.push_back(case_of("linear_attention", {tokens[0], 2, 16}, isa));
  }
  for (const char* kernel : {"add", "add_to", "scale"}) out.push_back(case_of(kernel, {6208}, isa));
  for (const char* kernel : {"adamw", "adam_atan2"}) out.push_back(case_of(kernel, {large ? 248'000U : 6208U}, isa));
  return out;
}

}  // namespace trm::bench
