#include <descent/autodiff/tape/anomaly.hpp>

#include <limits>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class F> std::string sentence_of(F f) {
  try {
    f();
  } catch (const AnomalyError& error) { return error.what(); }
  return "no anomaly";
}

}  // namespace

TEST_CASE("anomaly: the first op to give a NaN is named, with the element, its inputs and the user's line") {
  const Anomaly watch;
  const Tensor x = vec({4, 1, -1});
  const auto line = std::to_string(__LINE__ + 1);
  const std::string sentence = sentence_of([&] { sum(exp(sqrt(x))); });
  CHECK_THAT(sentence, Catch::StartsWith("sqrt: gave nan at [2] of f64[3]; input 0 there is -1"));
  CHECK_THAT(sentence, Catch::Contains("anomaly_test.cpp:" + line));
}

TEST_CASE("anomaly: an infinity made of finite inputs; one that was given is no fault") {
  const Anomaly watch;
  CHECK_THAT(sentence_of([] { exp(vec({1, 1000})); }), Catch::StartsWith("exp: gave inf at [1] of f64[2]; input 0 there is 1000"));
  CHECK_THAT(sentence_of([] {
               vec({1, 2}) / tensor({{1.0}, {0.0}}, f64);
             }),
             Catch::StartsWith("div: gave inf at [1, 0] of f64[2, 2]; input 0 there is 1, input 1 there is 0"));
  CHECK(sentence_of([] { softmax(where(tensor({true, false}), vec({1, 2}), -infinity)); }) == "no anomaly");
}

TEST_CASE("anomaly: a NaN of the user's data is named where it is first used") {
  const Anomaly watch;
  CHECK_THAT(sentence_of([] {
               sum(vec({1, not_a_number, 2}) + 1.0);
             }),
             Catch::StartsWith("add: was given nan and gives it on at [1] of f64[3]; input 0 there is nan, input 1 there is 1"));
  CHECK_THAT(sentence_of([] { sum(vec({1, not_a_number})); }), Catch::Contains("input 0 is nan at [1] of f64[2]"));
}

TEST_CASE("anomaly: a derivative that is no finite number, with the call that it belongs to") {
  const Anomaly watch;
  const auto line = std::to_string(__LINE__ + 1);
  const auto cost = [](const Tensor& x) { return sum(sqrt(x)); };
  const std::string sentence = sentence_of([&] { grad(cost)(vec({1, 0})); });
  CHECK_THAT(sentence,
             Catch::StartsWith("sqrt: its derivative gave inf at [1] of f64[2] as the cotangent of input 0; it was given 1 there"));
  CHECK_THAT(sentence, Catch::Contains("anomaly_test.cpp:" + line));
  CHECK_THAT(sentence_of([&] {
               jvp(cost, vec({1, 0}), vec({1, 1}));
             }),
             Catch::StartsWith("sqrt: its derivative gave inf at [1] of f64[2] as the tangent of result 0"));
}

TEST_CASE("anomaly: a custom rule that makes a NaN is named") {
  const Anomaly watch;
  const auto f = custom_vjp([](const Tensor& x) { return x * 2.0; },
                            [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * log(x - 1.0) * 0.0; }, Checked::never);
  CHECK_THAT(sentence_of([&] {
               grad([&](const Tensor& x) { return sum(f(x)); })(vec({1, 0}));
             }),
             Catch::StartsWith("custom_vjp: its derivative gave nan at [0]"));
}

TEST_CASE("anomaly: a zero cotangent that met an infinite slope is noted and no fault") {
  const Anomaly watch;
  const Tensor slope = grad([](const Tensor& x) { return sum(where(x > 0.0, sqrt(x), 0.0)); })(vec({4, 0, 0}));
  CHECK(holds(slope, {0.25, 0, 0}));
  REQUIRE(watch.absorbed().size() == 1);
  const Anomaly::Absorbed& met = watch.absorbed()[0];
  CHECK(met.op == "sqrt");
  CHECK(met.index == std::vector<Index>{1});
  CHECK(met.slope == infinity);
  CHECK(met.elements == 2);
  CHECK_THAT(std::string(met.where.file_name()), Catch::EndsWith("anomaly_test.cpp"));
}

TEST_CASE("anomaly: gradients are the same bits while one watches, and nothing is watched after it") {
  const Tensor x = vec({0.3, 2, 5});
  const auto cost = [](const Tensor& at) { return sum(tanh(at) * exp(-at) / (1.0 + square(at))); };
  const Tensor free = grad(cost)(x);
  {
    const Anomaly watch;
    CHECK(list(grad(cost)(x)) == list(free));
    {
      const Anomaly inner;
      CHECK_THROWS_AS(log(vec({0})), AnomalyError);
    }
    CHECK_THROWS_AS(log(vec({0})), AnomalyError);
  }
  CHECK_NOTHROW(log(vec({0})));
}
