// A profile: the machine, what it can do at most, and what models take on it. It is written as profile.json, which is
// a results.json (reports/json.h) with one more field, "profile".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/profile/limits.h"
#include "bench/profile/model_run.h"
#include "bench/profile/prediction.h"
#include "engine/base/status.h"
#include "reports/record.h"

namespace trm::bench {

/// Version of "profile" in profile.json; a reader refuses any other.
inline constexpr int kProfileVersion = 2;

/// An instruction set, and why the machine does not run it.
struct IsaEntry {
  std::string name;
  std::string missing;  ///< empty: it runs
};

/// A kernel's counted events in one call, a mean.
struct CounterEntry {
  std::string kernel, shape, type, event;
  double value = 0;
};

struct Profile {
  reports::RunResults results;  ///< environment, records and raw samples
  std::vector<IsaEntry> isas;
  MachineLimits limits;
  std::vector<ModelTime> models;
  std::vector<Prediction> predictions;  ///< of `models`, in their order; made from the limits, not kept in the file
  std::string no_counters;              ///< why there are none; empty: there are
  std::vector<CounterEntry> counters;
  double elapsed_s = 0;
};

/// Error: a number that is not finite.
Result<std::string> profile_json(const Profile& profile);

/// Strict: every field is there, numbers are finite and not negative where they cannot be, and kernels and sizes are
/// known; predictions are made again from the limits. Error (bad_input): with file and field; another version; a file
/// of results without a profile.
Result<Profile> read_profile(std::string_view text, const std::string& file);

/// What `time`, recorded on the machine `here`, takes on the machine `there`. What is between kernels takes as many
/// cycles there as here.
Prediction predict_there(const ModelTime& time, const MachineLimits& here, const MachineLimits& there,
                         std::size_t threads);

/// predict() of all models from the profile's limits.
void predict_models(Profile& profile);

/// Records of step times and of kernels, from the models and their predictions, into `results`.
void add_records(Profile& profile);

}  // namespace trm::bench
