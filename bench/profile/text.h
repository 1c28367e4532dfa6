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
  std::size_t entries = 0, disturbed = 0, within = 0;  ///< within: at most kGoal off
  double mean = 0, largest = 0;
  double mean_undisturbed = 0;  ///< of those that nobody disturbed
  double mean_of_medians = 0;   ///< against the median step, disturbed or not
  std::string largest_of;       ///< "W1 int8"
};
/// The error that predictions shall not exceed.
inline constexpr double kGoal = 0.15;
/// With one thread, or with several.
PredictionErrors prediction_errors(const Profile& profile, bool several_threads);

/// What the models of `here` would take on another machine: a line each, with today's time. `what` says what it is.
std::string what_if_text(const Profile& here, const MachineLimits& other, std::size_t threads, const std::string& what);

/// The times on the machine of one profile predicted from the calls that the other recorded, both ways, beside what was
/// measured, with the mean error. Says so if both are of one kind of CPU.
std::string validation_text(const Profile& here, const Profile& there, const std::string& here_name,
                            const std::string& there_name);

}  // namespace trm::bench
