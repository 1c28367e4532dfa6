// What the CPU and the operating system say that they have. One description for all architectures: a word that this
// machine does not know has no bits.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace trm::simd {

/// Where a CPU tells of its features: registers of CPUID (x86-64), words of the auxiliary vector (aarch64).
enum class CpuWord : unsigned char { eax, ebx, ecx, edx, hwcap, hwcap2 };

struct CpuFeature {
  const char* name;
  CpuWord word;
  unsigned bit;
  unsigned leaf = 0;  ///< of CPUID
  unsigned subleaf = 0;
};
bool has_feature(const CpuFeature& feature);

/// Registers that the operating system must save, or an instruction that the CPU has faults; a mask of 0: nothing.
struct SavedRegisters {
  const char* name = nullptr;  ///< "AVX", in "does not save the AVX registers"
  std::uint64_t xcr0 = 0;
  unsigned on_request = 0;  ///< their bit in XCR0, if only a process that asks for them may use them; 0: all may
};
bool saves_registers(const SavedRegisters& registers);
/// Asks for them, for all threads of this process, and says why it does not get them; empty: it may use them. To ask
/// again changes nothing.
std::string refused_registers(const SavedRegisters& registers);

/// Features that no kernel needs, but that tell machines apart in records.
std::span<const CpuFeature> other_features();

/// As the CPU spells them: "GenuineIntel Intel(R) Xeon(R) ...".
std::string vendor_and_model();

}  // namespace trm::simd
