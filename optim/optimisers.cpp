#include <descent/optim/optimisers.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::optim {
namespace {

/// Checks options under the optimiser's own name, before the steps would under theirs.
class Checked {
 public:
  explicit Checked(const char* who) : who_(who) {}
  const Checked& fraction(const char* what, double got) const { return require(got >= 0 && got < 1, what, got, "lie in [0, 1)"); }
  const Checked& positive(const char* what, double got) const {
    return require(got > 0 && std::isfinite(got), what, got, "be finite and above 0");
  }
  const Checked& not_negative(const char* what, double got) const {
    return require(got >= 0 && std::isfinite(got), what, got, "be finite and at least 0");
  }
  const Checked& rate(const Schedule& rate) const { return rate.constant() ? not_negative("rate", *rate.constant()) : *this; }

 private:
  const Checked& require(bool right, const char* what, double got, const char* wanted) const {
    if (!right) throw ValueError(fmt::format("{}: {} is {}; it must {}", who_, what, got, wanted));
    return *this;
  }
  const char* who_;
};

using Steps = std::vector<Transform>;

Transform descending(Steps steps, Schedule rate) {
  steps.push_back(scale_by_learning_rate(std::move(rate)));
  return chain(std::move(steps));
}

/// The L2 term of the gradient, where there is one.
Steps with_decay(double decay) { return decay == 0 ? Steps() : Steps{add_decayed_weights(decay)}; }

}  // namespace

Transform sgd(SgdOptions o) {
  Checked("sgd")
      .rate(o.rate)
      .fraction("momentum", o.momentum)
      .fraction("dampening", o.dampening)
      .not_negative("weight_decay", o.weight_decay);
  if (o.nesterov && (o.momentum == 0 || o.dampening != 0))
    throw ValueError(fmt::format("sgd: nesterov with momentum {} and dampening {}; it needs a momentum above 0 and no dampening",
                                 o.momentum, o.dampening));
  Steps steps = with_decay(o.weight_decay);
  if (o.momentum != 0) steps.push_back(accumulate_momentum({o.momentum, o.dampening, o.nesterov}));
  return descending(std::move(steps), std::move(o.rate));
}

Transform rmsprop(RmspropOptions o) {
  Checked("rmsprop")
      .rate(o.rate)
      .fraction("decay", o.decay)
      .positive("eps", o.eps)
      .fraction("momentum", o.momentum)
      .not_negative("weight_decay", o.weight_decay);
  Steps steps = with_decay(o.weight_decay);
  steps.push_back(scale_by_rms({o.decay, o.eps, o.centred}));
  if (o.momentum != 0) steps.push_back(accumulate_momentum({.momentum = o.momentum}));
  return descending(std::move(steps), std::move(o.rate));
}

Transform adagrad(AdagradOptions o) {
  Checked("adagrad").rate(o.rate).not_negative("initial", o.initial).positive("eps", o.eps).not_negative("weight_decay", o.weight_decay);
  Steps steps = with_decay(o.weight_decay);
  steps.push_back(scale_by_adagrad({o.initial, o.eps}));
  return descending(std::move(steps), std::move(o.rate));
}

Transform adam(AdamOptions o) {
  Checked("adam")
      .rate(o.rate)
      .fraction("beta1", o.beta1)
      .fraction("beta2", o.beta2)
      .positive("eps", o.eps)
      .not_negative("weight_decay", o.weight_decay);
  Steps steps = with_decay(o.weight_decay);
  steps.push_back(scale_by_adam({o.beta1, o.beta2, o.eps}));
  return descending(std::move(steps), std::move(o.rate));
}

Transform adamw(AdamwOptions o) {
  Checked("adamw")
      .rate(o.rate)
      .fraction("beta1", o.beta1)
      .fraction("beta2", o.beta2)
      .positive("eps", o.eps)
      .not_negative("weight_decay", o.weight_decay);
  Steps steps = {scale_by_adam({o.beta1, o.beta2, o.eps})};
  if (o.weight_decay != 0) steps.push_back(add_decayed_weights(o.weight_decay));
  return descending(std::move(steps), std::move(o.rate));
}

}  // namespace descent::inline v1::optim
