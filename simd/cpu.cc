#include "simd/cpu.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <fstream>

#include "simd/isa_tables.h"
#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace trm::simd {
namespace {

struct Name {
  Isa isa;
  std::string_view text;
};
constexpr std::array names = {Name{Isa::generic, "generic"}, Name{Isa::avx2, "avx2"}, Name{Isa::avx512, "avx512"},
                              Name{Isa::neon, "neon"}};

#if defined(__x86_64__)
constexpr std::array built = {Isa::generic, Isa::avx2, Isa::avx512};

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(unsigned leaf, unsigned subleaf = 0) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

struct Feature {
  const char* name;
  unsigned leaf;
  unsigned Registers::*reg;
  unsigned bit;
};
constexpr std::array avx2_features = {
    Feature{"AVX", 1, &Registers::ecx, 28},
    Feature{"FMA", 1, &Registers::ecx, 12},
    Feature{"AVX2", 7, &Registers::ebx, 5},
};
constexpr std::array avx512_features = {
    Feature{"AVX512F", 7, &Registers::ebx, 16},
    Feature{"AVX512DQ", 7, &Registers::ebx, 17},
    Feature{"AVX512BW", 7, &Registers::ebx, 30},
    Feature{"AVX512VL", 7, &Registers::ebx, 31},
};
// Not needed by any kernel, but they tell machines apart in records.
constexpr std::array other_features = {
    Feature{"F16C", 1, &Registers::ecx, 29},
    Feature{"AVX512_VNNI", 7, &Registers::ecx, 11},
};

bool has(const Feature& f) {
  return (cpuid(f.leaf).*f.reg >> f.bit & 1U) != 0;
}

/// The register state that the operating system saves (XCR0); a CPU feature without it faults.
std::uint64_t saved_state() {
  constexpr unsigned osxsave = 27;
  if ((cpuid(1).ecx >> osxsave & 1U) == 0) return 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<std::uint64_t>(high) << 32U | low;
}
constexpr std::uint64_t avx_state = 0x06;     // SSE and the upper halves of ymm
constexpr std::uint64_t avx512_state = 0xe6;  // and mask registers, upper halves of zmm, zmm16-31

template <std::size_t N>
std::string first_missing(const std::array<Feature, N>& features) {
  for (const Feature& f : features) {
    if (!has(f)) return std::string("the CPU has no ") + f.name;
  }
  return {};
}

/// The text that the CPU spells over consecutive leaves.
std::string cpuid_text(std::span<const unsigned> words) {
  std::string text(words.size() * sizeof(unsigned), '\0');
  std::memcpy(text.data(), words.data(), text.size());
  text.resize(std::strlen(text.c_str()));
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::string vendor_and_model() {
  const Registers zero = cpuid(0);
  const std::array<unsigned, 3> vendor = {zero.ebx, zero.edx, zero.ecx};
  std::string text = cpuid_text(vendor);
  constexpr unsigned brand = 0x80000002;
  if (cpuid(0x80000000).eax >= brand + 2) {
    std::array<unsigned, 12> words{};
    for (unsigned i = 0; i < 3; ++i) {
      const Registers r = cpuid(brand + i);
      words[4 * i] = r.eax;
      words[4 * i + 1] = r.ebx;
      words[4 * i + 2] = r.ecx;
      words[4 * i + 3] = r.edx;
    }
    text += ' ';
    text += cpuid_text(words);
  }
  return text;
}

std::string feature_names() {
  std::string text;
  const auto list = [&](const auto& features) {
    for (const Feature& f : features) {
      if (has(f)) text += std::string(" ") + f.name;
    }
  };
  list(avx2_features);
  list(avx512_features);
  list(other_features);
  constexpr unsigned bf16 = 5;  // leaf 7, subleaf 1, eax
  if (cpuid(7).eax >= 1 && (cpuid(7, 1).eax >> bf16 & 1U) != 0) text += " AVX512_BF16";
  return text;
}
#elif defined(__aarch64__)
constexpr std::array built = {Isa::generic, Isa::neon};

std::string vendor_and_model() {
  std::string text = "aarch64";
  std::ifstream file("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1");
  std::string midr;
  if (file >> midr) text += " MIDR " + midr;
  return text;
}

std::string feature_names() {
  std::string text;
  const unsigned long caps = getauxval(AT_HWCAP);
  if (caps & HWCAP_ASIMD) text += " ASIMD";
  if (caps & HWCAP_ASIMDHP) text += " ASIMDHP";
  if (caps & HWCAP_ASIMDDP) text += " ASIMDDP";
  if (caps & HWCAP_SVE) text += " SVE";
  return text;
}
#else
constexpr std::array built = {Isa::generic};

std::string vendor_and_model() {
  return "unknown CPU";
}
std::string feature_names() {
  return {};
}
#endif

bool is_built(Isa isa) {
  for (const Isa b : built) {
    if (b == isa) return true;
  }
  return false;
}

}  // namespace

std::string_view isa_name(Isa isa) {
  for (const Name& n : names) {
    if (n.isa == isa) return n.text;
  }
  return "unknown";
}

std::optional<Isa> parse_isa(std::string_view name) {
  for (const Name& n : names) {
    if (n.text == name) return n.isa;
  }
  return std::nullopt;
}

std::span<const Isa> built_isas() {
  return built;
}

std::string missing_reason(Isa isa) {
  if (!is_built(isa)) return "this binary was built without " + std::string(isa_name(isa));
#if defined(__x86_64__)
  if (isa == Isa::avx2 || isa == Isa::avx512) {
    if (std::string reason = first_missing(avx2_features); !reason.empty()) return reason;
    if ((saved_state() & avx_state) != avx_state) return "the operating system does not save the AVX registers";
  }
  if (isa == Isa::avx512) {
    if (std::string reason = first_missing(avx512_features); !reason.empty()) return reason;
    if ((saved_state() & avx512_state) != avx512_state) {
      return "the operating system does not save the AVX-512 registers";
    }
  }
#elif defined(__aarch64__)
  if (isa == Isa::neon && (getauxval(AT_HWCAP) & HWCAP_ASIMD) == 0) return "the CPU has no ASIMD";
#endif
  return {};
}

const Kernels<float>* isa_table(Isa isa) {
  if (!missing_reason(isa).empty()) return nullptr;
  switch (isa) {
    case Isa::generic:
      return generic_table();
#if defined(__x86_64__)
    case Isa::avx2:
      return avx2_table();
    case Isa::avx512:
      return avx512_table();
#elif defined(__aarch64__)
    case Isa::neon:
      return neon_table();
#endif
    default:
      return nullptr;
  }
}

Selection select_isa(std::string_view cap) {
  if (cap.empty()) {
    for (std::size_t i = built.size(); i-- > 0;) {
      if (const Kernels<float>* table = isa_table(built[i])) return {table, built[i], {}};
    }
  }
  std::string name(cap);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::optional<Isa> isa = parse_isa(name);
  if (isa) {
    if (const Kernels<float>* table = isa_table(*isa)) return {table, *isa, {}};
  }
  Selection failed;
  failed.error = "TRM_ISA: \"" + std::string(cap) +
                 "\": " + (isa ? missing_reason(*isa) : "no instruction set has this name") +
                 "; fix: unset it or use one of";
  const char* separator = " ";
  for (const Isa b : built) {
    if (!missing_reason(b).empty()) continue;
    failed.error += separator + std::string(isa_name(b));
    separator = ", ";
  }
  return failed;
}

std::string cpu_description() {
  const std::string features = feature_names();
  return vendor_and_model() + (features.empty() ? "" : ":" + features);
}

}  // namespace trm::simd
