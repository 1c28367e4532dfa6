#include "engine/pass/recursion_pass.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace trm {

/// Collects the buffers of a pass and, once the plan is laid out, tells the pointers where they are.
template <class T>
class PassBuffers {
 public:
  void add(T*& pointer, const char* name, std::size_t elements, std::size_t first, std::size_t last) {
    places_.push_back({&pointer, plan_.add(name, elements * sizeof(T), first, last)});
  }
  Result<Arena> allocate() {
    if (Status s = plan_.layout(); !s.ok()) return s.error();
    Result<Arena> arena = Arena::create(plan_.total_bytes());
    if (!arena.ok()) return arena;
    for (const Place& p : places_) *p.pointer = arena->at<T>(plan_.offset(p.id));
    return arena;
  }

 private:
  struct Place {
    T** pointer;
    ArenaPlan::Id id;
  };
  ArenaPlan plan_;
  std::vector<Place> places_;
};

namespace {

/// in = sum of the states that the evaluation reads [+ x], the target first. n elements from `at` on.
template <class T>
void recursion_input(const simd::Kernels<T>& k, const Evaluation& e, std::span<T* const> states, const T* x, T* in,
                     std::size_t at, std::size_t n) {
  const T* first = e.reads_state(e.target) ? states[e.target] + at : nullptr;
  bool written = false;
  in += at;
  auto take = [&](const T* term) {
    if (written) {
      k.add(in, term, n);
    } else if (first != nullptr) {
      k.add_to(in, first, term, n);
      written = true;
    } else {
      first = term;
    }
  };
  for (std::size_t s = 0; s < states.size(); ++s) {
    if (s != e.target && e.reads_state(s)) take(states[s] + at);
  }
  if (e.reads_x) take(x + at);
  if (!written) std::memcpy(in, first, n * sizeof(T));
}

}  // namespace

template <class T>
Result<RecursionPass<T>> RecursionPass<T>::create(const Network<T>& net, Purpose purpose, const PassLimits& limits) {
  const UnitShape& c = net.shape();
  const RecursionPlan& plan = net.plan();
  RecursionPass pass;
  pass.plan_ = plan;
  const bool training = purpose == Purpose::training;
  pass.first_kept_ = training ? plan.first_kept : plan.evaluations.size();
  const std::size_t kept = plan.evaluations.size() - pass.first_kept_;
  const std::size_t slots = std::max<std::size_t>(kept, 1);
  for (const RecursionPlan::Level& level : plan.levels) pass.stride_ = std::max(pass.stride_, level.count);

  const std::size_t d = c.hidden_size;
  const std::size_t a = c.attention_size();
  const std::size_t i = c.intermediate_size;
  const std::size_t n = limits.rows;
  const std::size_t longest = limits.longest;
  const bool mlp = c.mixing == Mixing::mlp;
  const bool causal = c.mixing == Mixing::causal;
  const bool cached = limits.cached_keys > 0;
  const std::size_t channels = mlp ? limits.sequences * d : 0;  // rows of the transposed canvas
  const std::size_t wide = std::max({n * 2 * i, mlp ? 0 : n * 3 * a, channels * 2 * c.token_intermediate});
  const std::size_t act = std::max({n * i, mlp ? 0 : n * a, n * d, channels * c.token_intermediate});

  // Time runs 0 .. 2*slots: kept evaluation e goes forward at e and back at 2*slots-1-e. A kept activation lives in
  // between, any other only at its own time.
  PassBuffers<T> buffers;
  const std::size_t end = 2 * slots;
  pass.starts_.resize(plan.states);
  pass.states_.resize(plan.states);
  pass.gradients_.resize(plan.states);
  pass.inputs_.resize(slots);
  pass.acts_.resize(slots * pass.stride_);
  buffers.add(pass.x_, "x", n * d, 0, end);
  for (T*& start : pass.starts_) buffers.add(start, "state", n * d, 0, end);
  for (std::size_t e = 0; e < slots; ++e) {
    const std::size_t back = training ? end - 1 - e : e;
    buffers.add(pass.inputs_[e], "input", n * d, e, back);
    for (std::size_t l = 0; l < pass.stride_; ++l) {
      LayerActivations<T>& x = pass.acts_[e * pass.stride_ + l];
      auto keep = [&](T*& pointer, const char* name, std::size_t elements) {
        if (training || l == 0) {
          buffers.add(pointer, name, elements, e, back);
        }
      };
      auto train = [&](T*& pointer, const char* name, std::size_t elements) {
        if (training) buffers.add(pointer, name, elements, e, back);
      };
      if (c.conv_kernel > 0) {
        train(x.conv_pre, "conv_pre", n * d);
        keep(x.conv, "conv", n * d);
        keep(x.h1, "h1", n * d);
        train(x.rstd1, "rstd1", n);
      }
      if (mlp) {
        keep(x.token_in, "token_in", channels * c.positions);
        keep(x.token_gu, "token_gu", channels * 2 * c.token_intermediate);
        keep(x.token_act, "token_act", channels * c.token_intermediate);
        keep(x.token_out, "token_out", channels * c.positions);
      } else {
        keep(x.qkv, "qkv", n * 3 * a);
        keep(x.attn, "attn", n * a);
      }
      if (causal) train(x.probs, "probs", n * c.local_heads() * c.window);
      keep(x.h2, "h2", n * d);
      train(x.rstd2, "rstd2", mlp ? channels : n);
      keep(x.gu, "gu", n * 2 * i);
      keep(x.act, "act", n * i);
      // The state that an evaluation leaves is read by later ones, at the latest by the last.
      if (training) buffers.add(x.out, "out", n * d, e, end);
      train(x.rstd3, "rstd3", n);
    }
  }
  LayerScratch<T>& s = pass.scratch_;
  buffers.add(s.rows, "rows", n * d, 0, end);
  if (causal) {
    buffers.add(s.window, "window", std::max(c.window, cached ? limits.cached_keys : longest), 0, end);
    if (!cached) {
      buffers.add(s.kt, "kt", a * longest, 0, end);
      buffers.add(s.linear, "linear", c.global_heads * c.head_dim * (c.head_dim + 1), 0, end);
    }
  } else if (mlp) {
    buffers.add(s.tokens, "tokens", channels * c.positions, 0, end);
  } else {
    buffers.add(s.scores, "scores", longest * score_row(longest), 0, end);
    buffers.add(s.packed, "packed", ActivationProduct<T>::scratch_size(*net.kernels().matmul, c.head_dim, longest), 0,
                end);
  }
  if (training) {
    const std::size_t backward = slots;
    buffers.add(s.dwide, "dwide", wide, backward, end);
    buffers.add(s.dact, "dact", act, backward, end);
    if (c.conv_kernel > 0) buffers.add(s.dconv, "dconv", n * d, backward, end);
    if (causal) {
      buffers.add(s.attention, "attention",
                  std::max({longest * c.window, (longest + 2) * c.head_dim * (c.head_dim + 1), longest * d}), backward,
                  end);
    } else if (!mlp) {
      buffers.add(s.dscores, "dscores", longest * score_row(longest), backward, end);
    }
    // The head fills the output's gradient right after the last evaluation.
    for (T*& gradient : pass.gradients_) buffers.add(gradient, "gradient", n * d, slots - 1, end);
    buffers.add(pass.dx_, "dx", n * d, slots, end);
  }
  Result<Arena> arena = buffers.allocate();
  if (!arena.ok()) return arena.error();
  pass.arena_ = std::move(*arena);
  if (!training) std::fill(pass.acts_.begin(), pass.acts_.end(), pass.acts_[0]);  // shared by all layers
  return pass;
}

template <class T>
template <class RunLayer>
void RecursionPass<T>::run(const Network<T>& net, std::size_t rows, const CrewMember& member,
                           const RunLayer& run_layer) {
  const CrewMember::Share own = member.share(rows);
  const std::size_t at = own.begin * net.shape().hidden_size, n = own.count() * net.shape().hidden_size;
  std::array<T*, kMostStates> states{};  // each member follows them itself
  std::copy(starts_.begin(), starts_.end(), states.begin());
  for (std::size_t e = 0; e < plan_.evaluations.size(); ++e) {
    const Evaluation& ev = plan_.evaluations[e];
    const std::size_t layers = plan_.levels[ev.level].count;
    const bool kept = e >= first_kept_;
    const std::size_t slot = kept ? e - first_kept_ : 0;
    T* in = inputs_[slot];
    recursion_input<T>(net.kernels(), ev, std::span(states).first(plan_.states), x_, in, at, n);
    T* h = in;
    for (std::size_t l = 0; l < layers; ++l) {
      LayerActivations<T> act = acts_[slot * stride_ + l];
      // What is not kept is written over what was read: a layer over its input, which is dead after its first half, the
      // last one over the state that the evaluation replaces.
      if (!kept) act.out = l + 1 == layers ? starts_[ev.target] : in;
      run_layer(e, l, h, act);
      h = act.out;
    }
    states[ev.target] = h;
  }
  if (member.rank == 0) std::copy_n(states.begin(), plan_.states, states_.begin());
}

template <class T>
void RecursionPass<T>::forward(const Network<T>& net, std::span<const Sequence<T>> sequences, std::size_t rows) {
  run(net, rows, {}, [&](std::size_t e, std::size_t l, const T* in, const LayerActivations<T>& act) {
    const Evaluation& ev = plan_.evaluations[e];
    layer_forward<T>(net, plan_.levels[ev.level].first + l, ev.index, sequences, rows, in, act, scratch_);
  });
}

template <class T>
void RecursionPass<T>::forward(const Network<T>& net, std::span<const Sequence<T>> sequences, std::size_t rows,
                               const CrewMember& member, const RecursionPass& own) {
  LayerScratch<T> scratch = own.scratch_;
  scratch.rows = scratch_.rows;
  scratch.tokens = scratch_.tokens;
  run(net, rows, member, [&](std::size_t e, std::size_t l, const T* in, const LayerActivations<T>& act) {
    const Evaluation& ev = plan_.evaluations[e];
    layer_forward<T>(net, plan_.levels[ev.level].first + l, ev.index, sequences, rows, in, act, scratch, member);
  });
}

template <class T>
void RecursionPass<T>::forward_cached(const Network<T>& net, std::span<Sequence<T>> sequences,
                                      std::span<const StreamState<T>> streams, std::size_t rows) {
  run(net, rows, {}, [&](std::size_t e, std::size_t l, const T* in, const LayerActivations<T>& act) {
    const Evaluation& ev = plan_.evaluations[e];
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      sequences[i].state = streams[i].layout->layer_state(streams[i].data, e, l);
    }
    const bool last = e + 1 == plan_.evaluations.size() && l + 1 == plan_.levels[ev.level].count;
    layer_forward_cached<T>(net, plan_.levels[ev.level].first + l, ev.index, sequences, rows, in, act, scratch_, last);
  });
}

template <class T>
void RecursionPass<T>::backward(const Network<T>& net, std::span<const Sequence<T>> sequences, std::size_t rows,
                                T* grad) {
  const simd::Kernels<T>& k = net.kernels();
  const std::size_t n = rows * net.shape().hidden_size;
  for (std::size_t s = 0; s < plan_.states; ++s) {
    if (s != plan_.output) std::memset(gradients_[s], 0, n * sizeof(T));
  }
  std::memset(dx_, 0, n * sizeof(T));
  for (std::size_t e = plan_.evaluations.size(); e-- > first_kept_;) {
    const Evaluation& ev = plan_.evaluations[e];
    const RecursionPlan::Level& level = plan_.levels[ev.level];
    const std::size_t slot = e - first_kept_;
    T* dz = gradients_[ev.target];
    for (std::size_t l = level.count; l-- > 0;) {
      const T* in = l == 0 ? inputs_[slot] : acts_[slot * stride_ + l - 1].out;
      layer_backward<T>(net, level.first + l, ev.index, sequences, rows, in, acts_[slot * stride_ + l], scratch_, dz,
                        grad);
    }
    for (std::size_t s = 0; s < plan_.states; ++s) {
      if (s != ev.target && ev.reads_state(s)) k.add(gradients_[s], dz, n);
    }
    if (ev.reads_x) k.add(dx_, dz, n);
    if (!ev.reads_state(ev.target)) std::memset(dz, 0, n * sizeof(T));
  }
}

template class RecursionPass<float>;
template class RecursionPass<double>;

}  // namespace trm
