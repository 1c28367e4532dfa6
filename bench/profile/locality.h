// How far back a call's memory was used before: what decides, on any machine, from which cache it comes.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "bench/profile/recorder.h"

namespace trm::bench {

/// Distances are sorted into slots, each larger by the root of two, from 4 KiB or less up to 2 GiB or more.
inline constexpr std::size_t kDistances = 40;
inline constexpr std::size_t kLeastDistance = 4096;

/// Bytes that a call touches, by the bytes that were touched since they were touched before, themselves included
/// (stack distance: Mattson, Gecsei, Slutz and Traiger 1970).
using Distances = std::array<double, kDistances>;

/// Equal calls of a model's pass, put together.
struct CallGroup {
  const KernelKind* kind = nullptr;
  CaseSizes sizes = {};
  simd::WeightType type = simd::WeightType::fp32;
  double count = 0;       ///< calls in a step; a mean where only a part of it was recorded
  double measured_s = 0;  ///< of all of them: their number times the lower quartile, which others hardly disturb
  Distances bytes = {};   ///< of one call, a mean

  [[nodiscard]] KernelCase as_case(std::string_view isa) const { return {kind, sizes, type, std::string(isa)}; }
};

/// The calls of one thread in their order. Those before `from` only say what was touched; the others are grouped, most
/// time first. What was never touched before counts as infinitely far. `seconds`: of the grouped calls, several times
/// one after the other; empty: as the calls say.
std::vector<CallGroup> group_calls(std::span<const KernelCall> calls, std::size_t from,
                                   std::span<const double> seconds = {});

/// Of bytes at distances, those that do not come from a cache of this size. Whoever goes round and round through a
/// little more than a cache holds finds a part of it there, since caches do not replace what is oldest, but nearly by
/// chance. Then a share m is missed with m = 1 - exp(-m distance / size): each miss replaces any line alike.
double bytes_beyond(const Distances& bytes, double cache_bytes);

}  // namespace trm::bench
