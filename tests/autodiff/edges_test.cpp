// The gradients at edge points that others get wrong: every case of shared/edge.json, by its id.
#include <fstream>
#include <functional>
#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/nn/loss.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

using Json = nlohmann::json;
using Inputs = std::vector<Tensor>;
using Case = std::function<Tensor(const Inputs&)>;

constexpr double infinity = std::numeric_limits<double>::infinity();

auto of(Tensor (*f)(Arg)) {
  return [f](const Inputs& in) { return f(in[0]); };
}
auto of(Tensor (*f)(Arg, Arg)) {
  return [f](const Inputs& in) { return f(in[0], in[1]); };
}
auto one(std::function<Tensor(const Tensor&)> f) {
  return [f](const Inputs& in) { return f(in[0]); };
}

// clang-format off
const std::map<std::string, Case> cases = {
    {"E01", one([](const Tensor& x) { return where(x > 0.0, sqrt(x), 0.0); })},
    {"E02", one([](const Tensor& x) { return where(x <= 0.0, exp(x), 1.0 + x); })},
    {"E03", one([](const Tensor& x) { return where(x > 2.0, log2(x), 2.0 * x); })},
    {"E04", one([](const Tensor& x) { return masked_fill(1.0 / x, x == 0.0, 0.0); })},
    {"E05", one([](const Tensor& x) { return square(sqrt(x)); })},
    {"E06", of(sqrt)},
    {"E07", one([](const Tensor& x) { return norm2(x); })},
    {"E08", one([](const Tensor& x) { return square(norm2(x)); })},
    {"E09", one([](const Tensor& x) { return norm(x, 1); })},
    {"E10", one([](const Tensor& x) { return norm(x, infinity); })},
    {"E11", one([](const Tensor& x) { return descent::std(x); })},
    {"E12", one([](const Tensor& x) { return descent::std(x); })},
    {"E13", one([](const Tensor& x) { return max(x); })},
    {"E14", one([](const Tensor& x) { return max(x, 0); })},
    {"E15", one([](const Tensor& x) { return max_with_index(x, 0).values; })},
    {"E16", of(maximum)},
    {"E17", one([](const Tensor& x) { return maximum(x, x); })},
    {"E18", one([](const Tensor& x) { return clamp(x, 0, 1); })},
    {"E19", of(relu)},
    {"E20", one([](const Tensor& x) { return maximum(x, 0.0); })},
    {"E21", one([](const Tensor& x) { return clamp(x, 2, 1); })},
    {"E22", of(abs)},
    {"E23", of(abs)},
    {"E24", of(pow)},
    {"E25", of(pow)},
    {"E26", of(pow)},
    {"E27", one([](const Tensor& x) { return pow(x, 3); })},
    {"E28", one([](const Tensor& x) { return pow(x, 1); })},
    {"E29", one([](const Tensor& x) { return pow(x, 0); })},
    {"E30", one([](const Tensor& x) { return pow(x, 0.5); })},
    {"E31", one([](const Tensor& y) { return pow(0.0, y); })},
    {"E32", of(atan2)},
    {"E33", of(atan2)},
    {"E34", of(hypot)},
    {"E35", of(hypot)},
    {"E36", one([](const Tensor& x) { return slice(log_softmax(x, -1), {Slice{1, 2}}); })},
    {"E37", one([](const Tensor& x) { return logsumexp(x); })},
    {"E38", one([](const Tensor& x) { return logsumexp(x); })},
    {"E39", one([](const Tensor& x) { return square(softmax(x)); })},
    {"E40", of(logaddexp)},
    {"E41", of(log_sigmoid)},
    {"E42", one([](const Tensor& x) { return softplus(x); })},
    {"E43", one([](const Tensor& x) { return nn::binary_cross_entropy_with_logits(x, vec({0, 1}), nn::Reduction::sum); })},
    {"E44", one([](const Tensor& x) { return nn::binary_cross_entropy_with_logits(x, vec({0.25})); })},
    {"E45", one([](const Tensor& x) { return prod(x); })},
    {"E46", one([](const Tensor& x) { return prod(x); })},
    {"E47", one([](const Tensor& x) { return cumprod(x, 0); })},
    {"E48", one([](const Tensor& x) { return cumprod(x, 0); })},
    {"E49", of(div)},
    {"E50", one([](const Tensor& x) { return x * log(x); })},
    {"E51", one([](const Tensor& x) { return xlogy(x, x); })},
    {"E52", one([](const Tensor& y) { return xlogy(0.0, y); })},
    {"E53", of(sinc)},
    {"E54", one([](const Tensor& x) { return take(x, ints({0, 0, 1})); })},
    {"E55", of(mul)},
    {"E56", of(mul)},
    {"E57", one([](const Tensor& x) { return sum(x); })},
    {"E58", one([](const Tensor& x) { return mean(x); })},
    {"E59", one([](const Tensor& x) { return var(x); })},
    {"E60", one([](const Tensor& x) { return nn::cross_entropy(x, ints({-100, -100})); })},
    {"E61", one([](const Tensor& x) { return nn::cross_entropy(x, ints({0, -100}), {.label_smoothing = 0.2}); })},
    {"E62", one([](const Tensor& x) { return nn::kl_div(x, vec({0, 1}), {.reduction = nn::Reduction::sum}); })},
    {"E63", one([](const Tensor& x) { return max_pool(x, {2}); })},
    {"E64", one([](const Tensor& x) { return max_pool(x, {2}); })},
    {"E65", one([](const Tensor& x) { return max_pool(x, {2}); })},
    {"E66", one([](const Tensor& x) { return slice(sort(x, 0, {.descending = true}), {Slice{0, 1}}); })},
    {"E67", one([](const Tensor& x) { return median(x); })},
    {"E68", [](const Inputs& in) { return cosine_similarity(in[0], in[1], 0); }},
    {"E69", one([](const Tensor& x) { return normalize(x, {.axes = 0}); })},
    {"E70", of(acos)},
    {"E71", one([](const Tensor& x) { return erf(x) + tanh(x); })},
    {"E72", of(gelu)},
    {"E73", of(gelu_tanh)},
    {"E74", of(silu)},
    {"E75", one([](const Tensor& x) { return eigvalsh(x); })},
    {"E76", one([](const Tensor& x) { return svdvals(x); })},
    {"E77", one([](const Tensor& x) { return det(x); })},
    {"E78", one([](const Tensor& x) { return det(x); })},
    {"E79", [](const Inputs& in) { return cdist(in[0], in[1]); }},
    {"E80", [](const Inputs& in) { return concat({in[1], slice(in[0], {Slice{2, 3}})}, 0); }},
    {"E82", one([](const Tensor& x) { return nn::smooth_l1(x, zeros_like(x), 0); })},
    {"E83", one([](const Tensor& x) { return nn::huber(x, zeros_like(x), 1); })},
    {"E84", one([](const Tensor& x) { return trunc(x) + round(x) + floor(x) + sign(x); })},
    {"E85", of(remainder)},
    {"E86", of(rsqrt)},
    {"E87", one([](const Tensor& x) { return nan_to_num(x); })},
    {"E88", [](const Inputs& in) {
       const Tensor safe = where(in[1] == 0.0, 1.0, in[1]);
       return where(in[1] == 0.0, 0.0, where(isfinite(in[0] / safe), in[0] / safe, 0.0));
     }},
    {"E89", one([](const Tensor& w) { return embedding(w, ints({0, 1, 1}), {.padding = 0}); })},
    {"E90", one([](const Tensor& x) { return batch_norm_training(reshape(x, {1, 1, 2}), {}).value; })},
};
// clang-format on

double number(const Json& value) {
  if (value.is_string()) return value == "nan" ? std::numeric_limits<double>::quiet_NaN() : value == "-inf" ? -infinity : infinity;
  return value.get<double>();
}

Tensor tensor_of(const Json& value) {
  std::vector<Index> sizes;
  for (const Json* part = &value; part->is_array(); part = &part->front()) {
    sizes.push_back(static_cast<Index>(part->size()));
    if (part->empty()) break;
  }
  std::vector<double> numbers;
  const std::function<void(const Json&)> collect = [&](const Json& part) {
    if (!part.is_array()) return numbers.push_back(number(part));
    for (const Json& inner : part) collect(inner);
  };
  collect(value);
  return grid(Shape(std::span<const Index>(sizes)), numbers);
}

std::vector<Tensor> gradients(const Case& f, const Inputs& in) {
  Tape tape;
  Inputs watched;
  for (const Tensor& x : in) watched.push_back(tape.watch(x));
  const Tensor cost = sum(f(watched));
  return tape.gradient(cost, watched);
}

}  // namespace

TEST_CASE("edges: every listed point has the wanted gradient") {
  std::ifstream file(DESCENT_SHARED "/edge.json");
  if (!file) {
    WARN("skipped: " DESCENT_SHARED "/edge.json is not there");
    return;
  }
  const Json all = Json::parse(file);
  for (const Json& point : all.at("cases")) {
    const std::string id = point.at("id");
    INFO(id << ": " << point.at("expr").get<std::string>());
    const auto found = cases.find(id);
    REQUIRE(found != cases.end());
    Inputs in;
    for (const Json& input : point.at("inputs")) in.push_back(tensor_of(input));
    if (point.at("want") == "throws") {
      CHECK_THROWS_AS(gradients(found->second, in), Error);
      continue;
    }
    const std::vector<Tensor> got = gradients(found->second, in);
    for (std::size_t i = 0; i < got.size(); ++i) {
      INFO("got " << got[i]);
      const Tensor want = tensor_of(point.at("want")[i]);
      CHECK(got[i].shape() == want.shape());
      CHECK(holds(got[i], list(want), 1e-12));
    }
  }
}
