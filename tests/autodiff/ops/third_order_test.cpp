// Third derivatives of every smooth op of one input against five-point differences of the second. A new op in all.cpp needs no edit here,
// unless it has a kink.
#include <descent/tests/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include <descent/autodiff/ops/all.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/op_check/trial.hpp>
#include <descent/tests/autodiff/ops/slopes.hpp>

using namespace descent;

namespace {

using Reasons = std::map<std::string_view, std::string_view>;

const Reasons kinked = {
    {"abs", "its slope jumps at 0"},
    {"ceil", "it is a step"},
    {"clamp", "its slope jumps at the bounds"},
    {"elu", "its second derivative jumps at 0"},
    {"floor", "it is a step"},
    {"leaky_relu", "its slope jumps at 0"},
    {"relu", "its slope jumps at 0"},
    {"round", "it is a step"},
    {"sign", "it is a step"},
    {"trunc", "it is a step"},
};

/// A smooth sample of the op as a function of its one input.
struct Curve {
  const Op& op;
  std::shared_ptr<const void> params;

  Tensor operator()(const Tensor& x) const {
    Tensor in[] = {x}, out[1];
    execute(op, params.get(), in, out, std::source_location::current());
    return out[0];
  }
};

/// d sum f(x) / dx, differentiable by what watches x.
Tensor slope_at(const test::Unary& f, const Tensor& at) {
  Tape tape;
  const Tensor x = tape.watch(at);
  const Tensor y = sum(f(x));
  return tape.knows(y) ? tape.gradient(y, x) : zeros_like(at);
}
Tensor second_at(const test::Unary& f, const Tensor& at) {
  return slope_at([&](const Tensor& x) { return slope_at(f, x); }, at);
}
Tensor third_at(const test::Unary& f, const Tensor& at) {
  return slope_at([&](const Tensor& x) { return second_at(f, x); }, at);
}

bool is_curve(const Op& op) {
  return op.kind == Kind::pointwise && op.max_inputs == 1 && !op.pointwise->predicate && op.pointwise->domain != Domain::logical;
}

// (g(x - 2h) - 8 g(x - h) + 8 g(x + h) - g(x + 2h)) / 12h is off by h^4 / 30 |g'''''| and by 1.5 eps |g| / h for each unit in g's last
// place. With h = 2^-11 and g = f'' these are 2e-15 |f^(7)| and 7e-13 |f''|: at 1e-8 of the derivatives' size f^(7) may reach 5e6 of it.
constexpr double step = 0x1p-11;
constexpr double tolerance = 1e-8;

void check_third_derivative(const Curve& curve, const Tensor& at) {
  const test::Unary f = [&](const Tensor& x) { return curve(x); };
  const auto second = [&](double steps) { return second_at(f, at + steps * step).to_vector<double>(); };
  const auto third = third_at(f, at).to_vector<double>();
  const auto now = second(0), a = second(-2), b = second(-1), c = second(1), d = second(2), x = at.to_vector<double>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = (a[i] - 8 * b[i] + 8 * c[i] - d[i]) / (12 * step);
    INFO("at " << x[i] << " the third derivative is " << third[i] << ", by differences " << difference);
    CHECK(std::abs(third[i] - difference) <= tolerance * std::max({1.0, std::abs(now[i]), std::abs(difference)}));
  }
}

}  // namespace

TEST_CASE("every smooth op of one input has a right third derivative") {
  for (const Op* op : all_ops()) {
    if (!is_curve(*op) || kinked.contains(op->name)) continue;
    DYNAMIC_SECTION(op->name) {
      int tried = 0;
      for (const Sample& sample : op->samples()) {
        if (!sample.smooth) continue;
        check_third_derivative({*op, sample.params}, op_check::make_trial(*op, sample, f64).in[0]);
        ++tried;
      }
      CHECK(tried > 0);
    }
  }
}

TEST_CASE("every op that is left out for a kink is one of one input") {
  for (const auto& [name, reason] : kinked) {
    INFO(name << ": " << reason);
    CHECK(std::any_of(all_ops().begin(), all_ops().end(), [&](const Op* op) { return op->name == name && is_curve(*op); }));
  }
}
