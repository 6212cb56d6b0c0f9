// A check that finds nothing proves nothing: each op here breaks one promise, and the report has to say which.
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>
#include <descent/autodiff/transforms/op_check.hpp>

using namespace descent;
using Catch::Contains;

namespace {

template <class T> std::string report_of() {
  static constinit const Op op = make_op<T>();
  return to_string(check_op(op, {.threads = {1, 2}, .large = 0}));
}

struct Cube : Pointwise<Cube> {
  static constexpr std::string_view name = "cube";
  static auto value(auto x) { return x * x * x; }
  static auto slope(const auto& x) { return 3.0 * x * x; }
  static Samples samples() { return {uniform({3, 4}, -2, 2)}; }
};
struct WrongSlope : Cube {
  static auto slope(const auto& x) { return 3.000001 * x * x; }
};
struct ForgottenInput : Cube {
  static constexpr Keep keep = keep::none;
};
struct NoSample : Cube {
  static Samples samples() { return {}; }
};

/// A slope that is right as a number and wrong as a function: its own derivative is lost.
struct ConstantSlope : Cube {
  static Tensor slope(const Tensor& x) { return from_vector(cubed(x)); }
  static auto slope(const auto& x) { return 3.0 * x * x; }
  static Samples samples() { return {uniform({5}, -2, 2)}; }

 private:
  static std::vector<double> cubed(const Tensor& x) {
    std::vector<double> values = x.to_vector<double>();
    for (double& v : values) v = 3 * v * v;
    return values;
  }
};

/// The square root, its rule without absorbing: 0 / 0 at 0.
struct Root : General<Root> {
  static constexpr std::string_view name = "root";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  static Shape shape(const Shape& x) { return x; }
  static Tensor forward(const Tensor& x) {
    Tensor y = raw::make(x.shape(), x.dtype());
    visit_dtype(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      for (Index i = 0; i < x.numel(); ++i) raw::write<T>(y)[i] = static_cast<T>(std::sqrt(static_cast<double>(raw::read<T>(x)[i])));
    });
    return y;
  }
  template <int i> static Tensor vjp(const Call& call, const Tensor& ct) { return ct / (2.0 * call.out[0]); }
  static Samples samples() { return {uniform({3, 4}, 0.5, 2), kink(values({0, 1}))}; }
};

struct Doubled : Linear<Doubled> {
  static constexpr std::string_view name = "doubled";
  static constexpr auto batch = in_front();
  static Shape shape(const Shape& x) { return x; }
  static Tensor forward(const Tensor& x) { return scaled(x, 2); }
  static Tensor adjoint(const Abstract&, const Tensor& ct) { return 2.0 * ct; }
  static Samples samples() { return {uniform({3, 4}, -2, 2)}; }

 protected:
  static Tensor scaled(const Tensor& x, double factor) {
    Tensor y = raw::make(x.shape(), x.dtype());
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      for (Index i = 0; i < x.numel(); ++i) raw::write<T>(y)[i] = static_cast<T>(factor) * raw::read<T>(x)[i];
    });
    return y;
  }
};
struct WrongAdjoint : Doubled {
  template <class Self> static consteval Op table() { return Linear<WrongAdjoint>::table<WrongAdjoint>(); }
  static Tensor adjoint(const Abstract&, const Tensor& ct) { return 3.0 * ct; }
};
struct WrongShape : Doubled {
  static Shape shape(const Shape& x) { return x.inserted(0, 1); }
};
struct WrongBatch : Doubled {
  static void batch(const BatchCall& call, std::span<Tensor> out) { out[0] = 3.0 * call.in[0]; }
};
struct Fickle : Doubled {
  static Tensor forward(const Tensor& x) {
    static double factor = 1;
    return scaled(x, factor += 1);
  }
};
struct Thief : Doubled {
  static Tensor forward(const Tensor& x) {
    Tensor taken = x;
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      if (x.numel() > 0) raw::write<T>(taken)[0] = T(7);
    });
    return taken;
  }
};
struct Picky : Doubled {
  static Tensor forward(const Tensor& x) {
    if (x.numel() == 0) throw ShapeError("picky: no elements");
    return scaled(x, 2);
  }
};
struct Flat : Doubled {
  static Tensor forward(const Tensor& x) {
    if (x.rank() == 1) throw ShapeError("flat: one axis");
    return scaled(x, 2);
  }
};

}  // namespace

TEST_CASE("check_op: an op that keeps its promises passes, and says how often it was asked") {
  CHECK_THAT(report_of<Cube>(), Catch::StartsWith("cube: ") && Catch::EndsWith(" checks passed"));
}

TEST_CASE("check_op: a report names the op, the sample and the dtype") {
  CHECK_THAT(report_of<WrongSlope>(), Catch::StartsWith("cube, sample 0, f64: "));
}

TEST_CASE("check_op: derivatives") {
  CHECK_THAT(report_of<WrongSlope>(), Contains("jvp by input 0 against differences, result 0: element"));
  CHECK_THAT(report_of<ConstantSlope>(), Contains("jvp of the vjp against differences"));
  CHECK_THAT(report_of<WrongAdjoint>(), Contains("<ct, J t> = <J^T ct, t> by input 0"));
  CHECK_THAT(report_of<ForgottenInput>(), Contains("first order threw: "));
  CHECK_THAT(report_of<Root>(), Contains("sample 1, f64: the vjp of a zero cotangent is zero"));
}

TEST_CASE("check_op: values") {
  CHECK_THAT(report_of<WrongShape>(), Contains("declared kind of result 0: it is f64[3, 4], wanted f64[1, 3, 4]"));
  CHECK_THAT(report_of<Fickle>(), Contains("a second call has the bits of the first"));
  CHECK_THAT(report_of<Thief>(), Contains("inputs are as before the call, input 0"));
  CHECK_THAT(report_of<WrongBatch>(), Contains("a batch against a loop, tensor 0"));
  CHECK_THAT(report_of<Picky>(), Contains("forward refuses what infer takes: picky: no elements"));
  CHECK_THAT(report_of<Flat>(), Contains("in shapes [12], f64: forward refuses what infer takes: flat: one axis"));
}

TEST_CASE("check_op: an op without samples fails") { CHECK_THAT(report_of<NoSample>(), Contains("it has no samples")); }
