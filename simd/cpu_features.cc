#include "simd/cpu_features.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace trm::simd {
namespace {

constexpr CpuFeature kOthers[] = {
    {"F16C", CpuWord::ecx, 29, 1},
    {"ASIMDHP", CpuWord::hwcap, 10},
    {"SVE", CpuWord::hwcap, 22},
};

#if defined(__x86_64__)
struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(unsigned leaf, unsigned subleaf = 0) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

/// The leaves that tell of features, asked once: under a hypervisor each question takes tens of microseconds.
Registers feature_leaf(unsigned leaf, unsigned subleaf) {
  static const std::array<Registers, 3> leaves = {cpuid(1), cpuid(7), cpuid(7, 1)};
  if (leaf == 1 && subleaf == 0) return leaves[0];
  if (leaf == 7 && subleaf < 2) return leaves[1 + subleaf];
  return cpuid(leaf, subleaf);
}

std::uint64_t word_of(const CpuFeature& feature) {
  // Subleaf 0 says in eax which one is the last; what CPUID answers beyond it means nothing.
  if (feature.subleaf > 0 && feature_leaf(feature.leaf, 0).eax < feature.subleaf) return 0;
  const Registers r = feature_leaf(feature.leaf, feature.subleaf);
  switch (feature.word) {
    case CpuWord::eax:
      return r.eax;
    case CpuWord::ebx:
      return r.ebx;
    case CpuWord::ecx:
      return r.ecx;
    case CpuWord::edx:
      return r.edx;
    default:
      return 0;
  }
}

/// The register state that the operating system saves.
std::uint64_t saved_state() {
  constexpr unsigned osxsave = 27;
  if ((feature_leaf(1, 0).ecx >> osxsave & 1U) == 0) return 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<std::uint64_t>(high) << 32U | low;
}

/// 0, or what went wrong.
int ask_for_state(unsigned component) {
  constexpr long request = 0x1023;  // ARCH_REQ_XCOMP_PERM, which older headers lack
  return syscall(SYS_arch_prctl, request, static_cast<unsigned long>(component)) == 0 ? 0 : errno;
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
#elif defined(__aarch64__)
std::uint64_t word_of(const CpuFeature& feature) {
  if (feature.word == CpuWord::hwcap) return getauxval(AT_HWCAP);
  if (feature.word == CpuWord::hwcap2) return getauxval(AT_HWCAP2);
  return 0;
}

std::uint64_t saved_state() {
  return 0;
}

int ask_for_state(unsigned) {
  return ENOSYS;
}
#else
std::uint64_t word_of(const CpuFeature&) {
  return 0;
}

std::uint64_t saved_state() {
  return 0;
}

int ask_for_state(unsigned) {
  return ENOSYS;
}
#endif

}  // namespace

bool has_feature(const CpuFeature& feature) {
  return (word_of(feature) >> feature.bit & 1U) != 0;
}

bool saves_registers(const SavedRegisters& registers) {
  return registers.xcr0 == 0 || (saved_state() & registers.xcr0) == registers.xcr0;
}

std::string refused_registers(const SavedRegisters& registers) {
  const int error = registers.on_request == 0 ? 0 : ask_for_state(registers.on_request);
  return error == 0 ? std::string() : std::generic_category().message(error);
}

std::span<const CpuFeature> other_features() {
  return kOthers;
}

#if defined(__x86_64__)
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
#elif defined(__aarch64__)
std::string vendor_and_model() {
  std::string text = "aarch64";
  std::ifstream file("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1");
  std::string midr;
  if (file >> midr) text += " MIDR " + midr;
  return text;
}
#else
std::string vendor_and_model() {
  return "unknown CPU";
}
#endif

}  // namespace trm::simd
