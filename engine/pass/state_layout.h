// How the state of one stream lies in memory: the same named sections for each layer of each evaluation. Whoever
// copies, saves or sums up states walks the sections; only layer_state() knows them one by one.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "engine/model/config.h"
#include "engine/pass/layer.h"

namespace trm {

/// One kind of memory that a layer of one evaluation keeps: `runs` runs, each of elements that lie together.
struct StateSection {
  std::string_view name;
  std::size_t runs = 1;
  std::size_t fixed = 0;    ///< elements of a run, whatever the stream has seen; zeros at its start
  std::size_t per_key = 0;  ///< elements of a run for each key, oldest first, behind the fixed ones

  /// Of one run, with so many keys.
  [[nodiscard]] std::size_t run_elements(std::size_t keys) const { return fixed + per_key * keys; }
};

inline constexpr std::size_t kStateSections = 5;
/// The sections of a model's states, in their order. Shapes are those of LayerState.
///   conv          last inputs of the convolution
///   linear, norm  linear attention
///   keys, values  of the local window
std::array<StateSection, kStateSections> state_sections(const ModelConfig& config);

/// Where everything is in a state that has room for `capacity` keys. A part is one layer of one evaluation.
class StateLayout {
 public:
  StateLayout() = default;
  /// evaluations: of the recursion plan.
  StateLayout(const ModelConfig& config, std::size_t evaluations, std::size_t capacity);

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::span<const StateSection> sections() const { return sections_; }
  [[nodiscard]] std::size_t parts() const { return evaluations_ * layers_; }
  /// Of a whole state; a multiple of the alignment of sections, 16 elements.
  [[nodiscard]] std::size_t elements() const { return parts() * part_elements_; }
  /// Of the first run of a section. The others follow, run_elements(capacity()) apart.
  [[nodiscard]] std::size_t offset(std::size_t part, std::size_t section) const {
    return part * part_elements_ + offsets_[section];
  }

  /// The view of one layer of one evaluation on the state at `data`.
  template <class T>
  [[nodiscard]] LayerState<T> layer_state(T* data, std::size_t evaluation, std::size_t layer) const;

 private:
  std::array<StateSection, kStateSections> sections_;
  std::array<std::size_t, kStateSections> offsets_{};  ///< within a part
  std::size_t evaluations_ = 0, layers_ = 0, capacity_ = 0, part_elements_ = 0;
};

/// A state and its layout, which must outlive this.
template <class T>
struct StreamState {
  T* data = nullptr;  ///< (layout->elements())
  const StateLayout* layout = nullptr;
};

/// The start of a stream. Keys are left as they are: there are none yet.
void clear_state(StreamState<float> state);
/// Copies what a state with `keys` keys holds. Layouts are of one model; both have room for the keys.
void copy_state(StreamState<const float> from, StreamState<float> to, std::size_t keys);
/// Moves the newest `keep` of `keys` keys to the front and forgets the others.
void keep_newest_keys(StreamState<float> state, std::size_t keys, std::size_t keep);

}  // namespace trm
