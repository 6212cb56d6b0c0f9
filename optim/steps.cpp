#include <descent/optim/steps.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::optim {
namespace {

void require(bool right, const char* who, const char* what, double got, const char* wanted) {
  if (!right) throw ValueError(fmt::format("{}: {} is {}; it must {}", who, what, got, wanted));
}
void require_fraction(const char* who, const char* what, double got) { require(got >= 0 && got < 1, who, what, got, "lie in [0, 1)"); }
void require_positive(const char* who, const char* what, double got) {
  require(got > 0 && std::isfinite(got), who, what, got, "be finite and above 0");
}
void require_not_negative(const char* who, const char* what, double got) {
  require(got >= 0 && std::isfinite(got), who, what, got, "be finite and at least 0");
}

std::vector<Buffer> zeros_beside(const Leaves& params) {
  std::vector<Buffer> moments;
  for (const Tensor& x : params) moments.emplace_back(zeros_like(x));
  return moments;
}

Buffer no_steps() { return Number::of(0).as(i64); }

/// u -> f(u, i) for the leaves that are present.
template <class F> Leaves each(Leaves updates, F f) {
  for (std::size_t i = 0; i < updates.size(); ++i)
    if (updates[i].present()) updates[i] = f(std::move(updates[i]), i);
  return updates;
}

/// u times a 0-d factor of any dtype; u keeps its own.
Tensor scaled(Tensor u, const Tensor& factor) {
  const Dtype dtype = u.dtype();  // a statement of its own: the operands of * are evaluated in any order
  return std::move(u) * cast(factor, dtype);
}

/// decay m + (1 - decay) u
Tensor running_mean(Buffer& mean, double decay, const Tensor& u) { return mean = std::move(mean) * decay + u * (1 - decay); }
Tensor running_square(Buffer& mean, double decay, const Tensor& u) { return mean = std::move(mean) * decay + u * u * (1 - decay); }

struct LearningRate {
  Schedule rate;
  State init(const Leaves&) const {
    State state;
    if (!rate.constant()) state.numbers["count"] = no_steps();
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    if (rate.constant()) return each(std::move(updates), [&](Tensor u, std::size_t) { return std::move(u) * -*rate.constant(); });
    Buffer& count = state.number("count");
    const Tensor down = -checked(rate(count), count);
    count = add(std::move(count), 1);
    return each(std::move(updates), [&](Tensor u, std::size_t) { return scaled(std::move(u), down); });
  }

  static Tensor checked(Tensor now, const Tensor& count) {
    if (now.abstract()) return now;
    const double value = now.item<double>();
    if (!(value >= 0) || !std::isfinite(value))
      throw ValueError(fmt::format("scale_by_learning_rate: the schedule's rate at step {} is {}; it must be finite and at least 0",
                                   count.item<Index>(), value));
    return now;
  }
};

struct WeightDecay {
  double decay;
  State init(const Leaves&) const { return {}; }
  Leaves update(Leaves updates, State&, const Leaves& params) const {
    return each(std::move(updates), [&](Tensor u, std::size_t i) { return std::move(u) + params[i] * decay; });
  }
};

// The mean starts at 0, so that the state has the same leaves before the first step as after it. Without dampening the first
// b = u follows by itself; with it, the count says whether it is the first.
struct Momentum {
  MomentumOptions o;
  State init(const Leaves& params) const {
    State state;
    state.moments["momentum"] = zeros_beside(params);
    if (o.dampening != 0) state.numbers["count"] = no_steps();
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    std::vector<Buffer>& moments = state.moment("momentum", updates.size());
    const Tensor weight = new_weight(state);
    return each(std::move(updates), [&](Tensor u, std::size_t i) {
      Buffer& b = moments[i];
      b = std::move(b) * o.momentum + (weight.absent() ? u : scaled(u, weight));
      return o.nesterov ? std::move(u) + b * o.momentum : Tensor(b);
    });
  }

  /// 1 the first time, then 1 - dampening; absent where that is 1 too.
  Tensor new_weight(State& state) const {
    if (o.dampening == 0) return {};
    Buffer& count = state.number("count");
    const Tensor weight = where(count == 0, 1.0, scalar(1 - o.dampening, f64));
    count = add(std::move(count), 1);
    return weight;
  }
};

struct Adam {
  AdamMoments o;
  State init(const Leaves& params) const {
    State state;
    state.numbers["count"] = no_steps();
    state.moments["mean"] = zeros_beside(params);
    state.moments["square"] = zeros_beside(params);
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    Buffer& count = state.number("count");
    count = add(std::move(count), 1);
    const Tensor t = cast(count, f64);
    const Tensor mean_seen = 1.0 - pow(scalar(o.beta1, f64), t);  // 1 - beta1^t: how much of the mean is not the zero it began with
    const Tensor root_seen = sqrt(1.0 - pow(scalar(o.beta2, f64), t));
    std::vector<Buffer>& means = state.moment("mean", updates.size());
    std::vector<Buffer>& squares = state.moment("square", updates.size());
    return each(std::move(updates), [&](Tensor u, std::size_t i) {
      const Dtype dtype = u.dtype();
      const Tensor m = running_mean(means[i], o.beta1, u);
      const Tensor v = running_square(squares[i], o.beta2, u);
      return m / cast(mean_seen, dtype) / (sqrt(v) / cast(root_seen, dtype) + o.eps);
    });
  }
};

struct Rms {
  RmsOptions o;
  State init(const Leaves& params) const {
    State state;
    state.moments["square"] = zeros_beside(params);
    if (o.centred) state.moments["mean"] = zeros_beside(params);
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    std::vector<Buffer>& squares = state.moment("square", updates.size());
    std::vector<Buffer>* const means = o.centred ? &state.moment("mean", updates.size()) : nullptr;
    return each(std::move(updates), [&](Tensor u, std::size_t i) {
      Tensor spread = running_square(squares[i], o.decay, u);
      if (means != nullptr) {
        const Tensor m = running_mean((*means)[i], o.decay, u);
        spread = maximum(spread - m * m, 0.0);  // rounding may leave less than nothing
      }
      return std::move(u) / (sqrt(std::move(spread)) + o.eps);
    });
  }
};

struct Adagrad {
  AdagradMoments o;
  State init(const Leaves& params) const {
    State state;
    std::vector<Buffer>& sums = state.moments["sum"];
    for (const Tensor& x : params) sums.emplace_back(full(x.shape(), o.initial, x.dtype()));
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    std::vector<Buffer>& sums = state.moment("sum", updates.size());
    return each(std::move(updates), [&](Tensor u, std::size_t i) {
      sums[i] = std::move(sums[i]) + u * u;
      return std::move(u) / (sqrt(sums[i]) + o.eps);
    });
  }
};

struct ClipValue {
  double limit;
  State init(const Leaves&) const { return {}; }
  Leaves update(Leaves updates, State&, const Leaves&) const {
    return each(std::move(updates), [&](Tensor u, std::size_t) { return clamp(std::move(u), -limit, limit); });
  }
};

struct ClipNorm {
  double limit;
  State init(const Leaves&) const { return {}; }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    const Tensor norm = global_norm(updates);
    if (!norm.abstract() && !std::isfinite(norm.item<double>())) throw_not_finite(updates, state);
    const Tensor factor = minimum(limit / (norm + 1e-6), 1.0);
    return each(std::move(updates), [&](Tensor u, std::size_t) { return scaled(std::move(u), factor); });
  }

  [[noreturn]] static void throw_not_finite(const Leaves& updates, const State& state) {
    for (std::size_t i = 0; i < updates.size(); ++i)
      if (updates[i].present() && !std::isfinite(global_norm({updates[i]}).item<double>()))
        throw ValueError(
            fmt::format("clip_by_global_norm: the gradient of {} is not finite; lower the learning rate, or look for the op that made it",
                        state.name_of(i)));
    throw ValueError("clip_by_global_norm: the norm of all gradients together overflows; lower the learning rate");
  }
};

}  // namespace

Transform scale_by_learning_rate(Schedule rate) {
  if (rate.constant()) require_not_negative("scale_by_learning_rate", "the rate", *rate.constant());
  return LearningRate{std::move(rate)};
}

Transform add_decayed_weights(double decay) {
  require_not_negative("add_decayed_weights", "the decay", decay);
  return WeightDecay{decay};
}

Transform accumulate_momentum(MomentumOptions options) {
  require_fraction("accumulate_momentum", "momentum", options.momentum);
  require_fraction("accumulate_momentum", "dampening", options.dampening);
  return Momentum{options};
}

Transform scale_by_adam(AdamMoments options) {
  require_fraction("scale_by_adam", "beta1", options.beta1);
  require_fraction("scale_by_adam", "beta2", options.beta2);
  require_positive("scale_by_adam", "eps", options.eps);
  return Adam{options};
}

Transform scale_by_rms(RmsOptions options) {
  require_fraction("scale_by_rms", "decay", options.decay);
  require_positive("scale_by_rms", "eps", options.eps);
  return Rms{options};
}

Transform scale_by_adagrad(AdagradMoments options) {
  require_not_negative("scale_by_adagrad", "the initial sum", options.initial);
  require_positive("scale_by_adagrad", "eps", options.eps);
  return Adagrad{options};
}

Transform clip_by_value(double limit) {
  require_positive("clip_by_value", "the limit", limit);
  return ClipValue{limit};
}

Transform clip_by_global_norm(double limit) {
  require_positive("clip_by_global_norm", "the limit", limit);
  return ClipNorm{limit};
}

Tensor global_norm(const Leaves& leaves) {
  Tensor total = scalar(0, f64);
  for (const Tensor& x : leaves)
    if (x.present()) total = std::move(total) + sum(square(cast(x, f64)));
  return sqrt(std::move(total));
}

}  // namespace descent::inline v1::optim
