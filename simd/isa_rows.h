// The table of instruction sets: one row says everything about one of them.
//
// A row has a parent, whose functions it inherits and whose needs it shares; what is its own comes on top. A unit that
// only multiplies matrices is a row whose override sets Kernels::matmul and nothing else.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "simd/cpu.h"
#include "simd/cpu_features.h"

namespace trm::simd {

/// Replaces what an instruction set does in its own way in a table that holds its parent's functions. The override
/// itself is code of that instruction set: only a machine that runs it may call it.
using KernelOverride = void (*)(Kernels<float>& kernels);

struct IsaRow {
  Isa isa;
  const char* name;
  std::optional<Isa> parent;             ///< a row further up; none: the override fills a whole table
  std::span<const CpuFeature> features;  ///< that the CPU must have beyond those of the parent
  SavedRegisters registers;              ///< that the operating system must save and let us use, beyond the parent's
  const char* onednn;                    ///< ONEDNN_MAX_CPU_ISA for the same cap; null: oneDNN has none
  KernelOverride override_kernels;       ///< null: this binary was built without
  /// Is it no slower than its parent on the machine at hand? Nobody is given one that is without asking. Null: always.
  bool (*worth_it)() = nullptr;
};

/// All rows, whether built or not, worst first: a parent stands in front of its children, and row i describes Isa(i).
std::span<const IsaRow> isa_rows();
const IsaRow& isa_row(Isa isa);

/// As missing_reason(Isa), of a row that need not be in the table.
std::string missing_reason(const IsaRow& row);
/// The parent's functions (and so on upwards) with the row's own on top. Only where missing_reason() is empty.
Kernels<float> inherited_kernels(const IsaRow& row);

}  // namespace trm::simd
