#include "engine/model/published_names.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "engine/base/closest.h"
#include "engine/json/strict_json.h"
#include "engine/model/published_tensors.h"

namespace trm {
namespace {

// DistributedDataParallel, torch.compile, FullyShardedDataParallel and activation checkpoints each put a part into the
// names of what they wrap, at any level and in any order.
constexpr std::array<std::string_view, 5> kWrappers = {"module", "_orig_mod", "_fsdp_wrapped_module",
                                                       "_checkpoint_wrapped_module", "_forward_module"};
constexpr std::string_view kExtraState = "_extra_state";

std::string without_wrappers(std::string_view name, bool& compiled) {
  std::string out;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t stop = std::min(name.find('.', at), name.size());
    const std::string_view part = name.substr(at, stop - at);
    // The last part is the tensor's own.
    if (stop == name.size() || std::find(kWrappers.begin(), kWrappers.end(), part) == kWrappers.end()) {
      if (!out.empty()) out += '.';
      out += part;
    } else {
      compiled = compiled || part == "_orig_mod";
    }
    at = stop + 1;
  }
  return out;
}

bool has_anchor(std::string_view name) {
  return name == kNamesAnchor || (name.ends_with(kNamesAnchor) && name[name.size() - kNamesAnchor.size() - 1] == '.');
}

// A counter or a flag beside a model, such as the number of averaged steps.
bool is_scalar(const TensorView& tensor) {
  return tensor.shape.empty();
}

std::string list(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) out += (i == 0 ? "" : ", ") + json_shown(names[i]);
  return names.size() > kShown ? out + " and " + std::to_string(names.size() - kShown) + " more" : out;
}

// "ema_model.inner." is the model "ema_model".
std::string model_of(std::string_view lead) {
  if (lead.ends_with("inner.")) lead.remove_suffix(6);
  if (lead.ends_with('.')) lead.remove_suffix(1);
  return std::string(lead);
}

class Names {
 public:
  Names(std::span<const TensorView> tensors, const std::string& file) : tensors_(tensors), file_(file) {
    for (const TensorView& t : tensors) {
      plain_.push_back(without_wrappers(t.name, out_.compiled));
      if (has_anchor(plain_.back())) leads_.insert(plain_.back().substr(0, plain_.back().size() - kNamesAnchor.size()));
    }
  }

  Result<PublishedNames> read(const std::string& which) {
    std::string lead;
    if (Status s = choose(which, lead); !s) return std::move(s.error());
    std::vector<std::string> passed_over;
    std::map<std::string, const TensorView*> seen;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      TensorView t = tensors_[i];
      const std::string& plain = plain_[i];
      const bool ours = !leads_.empty() && plain.starts_with(lead) && !belongs_to_another(plain, lead);
      if (plain.ends_with(kExtraState) || (!ours && !leads_.empty() && (is_scalar(t) || leads_.size() > 1))) {
        passed_over.push_back(t.name);
        continue;
      }
      if (ours && has_anchor(plain)) out_.lead = t.name.substr(0, t.name.size() - kNamesAnchor.size());
      t.name = ours ? std::string(kPublishedPrefix) + plain.substr(lead.size()) : plain;
      const auto [at, fresh] = seen.emplace(t.name, &tensors_[i]);
      if (!fresh) {
        return Error{ErrorCode::bad_input, file_, t.name,
                     "is there twice, as " + json_shown(at->second->name) + " and " + json_shown(tensors_[i].name),
                     "keep one of the two"};
      }
      out_.tensors.push_back(std::move(t));
    }
    add_notes(passed_over);
    return std::move(out_);
  }

 private:
  Status choose(const std::string& which, std::string& lead) const {
    if (leads_.empty()) return {};
    if (which.empty() && leads_.size() == 1) {
      lead = *leads_.begin();
      return {};
    }
    std::vector<std::string> models;
    for (const std::string& candidate : leads_) {
      models.push_back(model_of(candidate));
      bool ignored = false;
      if (!which.empty() && (models.back() == which || models.back() == without_wrappers(which, ignored))) {
        lead = candidate;
        return {};
      }
    }
    // A part of a name is enough where it tells them apart: "ema" of "ema.model".
    std::size_t found = 0;
    for (const std::string& candidate : leads_) {
      if (which.empty() || !candidate.starts_with(which + ".")) continue;
      ++found;
      lead = candidate;
    }
    if (found == 1) return {};
    if (which.empty()) {
      return Error{ErrorCode::bad_input, file_, "", "holds several models: " + list(models), "name one with --state"};
    }
    return Error{ErrorCode::bad_input, file_, "", "has no state " + json_shown(which) + ": it has " + list(models),
                 models.size() == 1 ? "leave --state out" : "name one of these with --state"};
  }

  // The longest lead is the nearest: "model." is in front of "model.ema.", too.
  [[nodiscard]] bool belongs_to_another(const std::string& plain, const std::string& lead) const {
    return std::any_of(leads_.begin(), leads_.end(), [&](const std::string& other) {
      return other.size() > lead.size() && plain.starts_with(other);
    });
  }

  void add_notes(const std::vector<std::string>& passed_over) {
    const std::string usual(kPublishedPrefix);
    if (!out_.lead.empty() && out_.lead != usual && out_.lead != std::string(kCompilePrefix) + usual) {
      out_.notes.push_back(file_ + ": names begin with " + json_shown(out_.lead) + ", which is read as " + usual);
    } else if (out_.lead.empty() && !leads_.empty()) {
      out_.notes.push_back(file_ + ": names lack " + usual + ", which is put in front of them");
    }
    if (!passed_over.empty()) out_.notes.push_back(file_ + ": tensors that were passed over: " + list(passed_over));
  }

  std::span<const TensorView> tensors_;
  const std::string& file_;
  std::vector<std::string> plain_;
  std::set<std::string> leads_;
  PublishedNames out_;
};

}  // namespace

Result<PublishedNames> read_published_names(std::span<const TensorView> tensors, const std::string& file,
                                            const std::string& which) {
  return Names(tensors, file).read(which);
}

std::string nearest_name(std::string_view wanted, std::span<const TensorView> tensors) {
  constexpr std::size_t kLongest = 256, kMost = 4096;  // edits cost the product of both lengths
  const TensorView* best = nullptr;
  std::size_t fewest = 0;
  for (const TensorView& t : tensors.first(std::min(tensors.size(), kMost))) {
    if (t.name.size() > kLongest) continue;
    const std::size_t edits = edit_distance(wanted, t.name);
    if (best != nullptr && edits >= fewest) continue;
    best = &t;
    fewest = edits;
  }
  return best == nullptr ? "" : best->name;
}

}  // namespace trm
