// A profile as text for a terminal.
#pragma once

#include <string>

#include "bench/profile/profile.h"
#include "bench/profile/what_if.h"

namespace trm::bench {

/// The machine, its limits, and the models: measured, predicted, and what bounds them. The kernels of the first model
/// and type, and of all with `every_kernel`.
std::string profile_text(const Profile& profile, bool every_kernel);

/// How far predictions are from what was measured: mean and largest |predicted / measured - 1| of the entries.
struct PredictionErrors {
  std::size_t entries = 0, disturbed = 0;
  double mean = 0, largest = 0;
  std::string largest_of;  ///< "W1 int8"
};
/// With one thread, or with several.
PredictionErrors prediction_errors(const Profile& profile, bool several_threads);

/// What the models of `here` would take on another machine: a line each, with today's time. `other` says what it is;
/// `known`, if any, has measured the same models there, and the error against it is shown.
std::string what_if_text(const Profile& here, const MachineLimits& other, std::size_t threads, const std::string& what,
                         const Profile* known);

}  // namespace trm::bench
