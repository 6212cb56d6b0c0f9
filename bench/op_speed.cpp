// The time of single ops, one thread, f32: `op_speed [OP...]` prints a line of JSON for each op (all, or those named), size and kind of
// call ("forward": no tape; "vjp": recorded, with the cotangents of all inputs). bench/peers/compare_ops puts PyTorch's times beside them.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

namespace {

using namespace descent;
using Inputs = std::vector<Tensor>;
using Call = std::function<Tensor(const Inputs&)>;
enum class Data {
  vector,
  positive,
  above_one,
  two,
  two_positive,
  matrix,
  two_matrices,
  volume,
  images,
  images_and_weight,
  positive_definite,
  system
};

struct Row {
  const char* name;
  Data data;
  Call call;
  Index largest = 1 << 20;
};

Call unary(Tensor (*f)(Arg)) {
  return [f](const Inputs& in) { return f(in[0]); };
}
Call binary(Tensor (*f)(Arg, Arg)) {
  return [f](const Inputs& in) { return f(in[0], in[1]); };
}
template <class F> Call with_first(F f) {
  return [f](const Inputs& in) mutable { return f(in[0]); };
}

std::vector<Row> rows() {
  std::vector<Row> all;
  const auto each = [&](Data data, std::initializer_list<std::pair<const char*, Tensor (*)(Arg)>> ops) {
    for (const auto& [name, f] : ops) all.push_back({name, data, unary(f)});
  };
  each(Data::vector, {{"abs", abs},
                      {"acos", [](Arg x) { return acos(std::move(x)); }},
                      {"asinh", asinh},
                      {"atan", atan},
                      {"ceil", ceil},
                      {"cos", cos},
                      {"cosh", cosh},
                      {"erf", erf},
                      {"erfc", erfc},
                      {"exp", exp},
                      {"exp2", exp2},
                      {"expm1", expm1},
                      {"gelu", gelu},
                      {"gelu_tanh", gelu_tanh},
                      {"log_sigmoid", log_sigmoid},
                      {"neg", neg},
                      {"relu", relu},
                      {"round", round},
                      {"sigmoid", sigmoid},
                      {"sign", sign},
                      {"silu", silu},
                      {"sin", sin},
                      {"sinh", sinh},
                      {"square", square},
                      {"tan", tan},
                      {"tanh", tanh}});
  each(Data::vector, {{"asin", asin},
                      {"atanh", atanh},
                      {"erfcx", erfcx},
                      {"erfinv", erfinv},
                      {"floor", floor},
                      {"i0", i0},
                      {"i0e", i0e},
                      {"i1", i1},
                      {"i1e", i1e},
                      {"isfinite", isfinite},
                      {"isinf", isinf},
                      {"isnan", isnan},
                      {"log_ndtr", log_ndtr},
                      {"ndtr", ndtr},
                      {"sinc", sinc},
                      {"logical_not", logical_not},
                      {"trunc", trunc}});
  each(Data::positive, {{"digamma", digamma}, {"entr", entr}, {"lgamma", lgamma}});
  each(Data::above_one, {{"acosh", acosh}});
  each(Data::positive,
       {{"log", log}, {"log10", log10}, {"log1p", log1p}, {"log2", log2}, {"reciprocal", reciprocal}, {"rsqrt", rsqrt}, {"sqrt", sqrt}});
  for (const auto& [name, f] : std::initializer_list<std::pair<const char*, Tensor (*)(Arg, Arg)>>{{"add", add},
                                                                                                   {"atan2", atan2},
                                                                                                   {"hypot", hypot},
                                                                                                   {"maximum", maximum},
                                                                                                   {"minimum", minimum},
                                                                                                   {"mul", mul},
                                                                                                   {"sub", sub},
                                                                                                   {"copysign", copysign},
                                                                                                   {"equal", equal},
                                                                                                   {"less", less},
                                                                                                   {"logaddexp", logaddexp},
                                                                                                   {"logical_and", logical_and}})
    all.push_back({name, Data::two, binary(f)});
  for (const auto& [name, f] :
       std::initializer_list<std::pair<const char*, Tensor (*)(Arg, Arg)>>{{"div", div},
                                                                           {"fmod", fmod},
                                                                           {"pow", pow},
                                                                           {"remainder", remainder},
                                                                           {"sigmoid_cross_entropy", sigmoid_cross_entropy},
                                                                           {"xlog1py", xlog1py},
                                                                           {"xlogy", xlogy}})
    all.push_back({name, Data::two_positive, binary(f)});
  const auto add = [&](const char* name, Data data, auto f, Index largest = 1 << 20) {
    all.push_back({name, data, with_first(f), largest});
  };
  add("add_number", Data::vector, [](const Tensor& x) { return x + 2.0; });
  add("clamp", Data::vector, [](const Tensor& x) { return clamp(x, -0.5, 0.5); });
  add("elu", Data::vector, [](const Tensor& x) { return elu(x); });
  add("leaky_relu", Data::vector, [](const Tensor& x) { return leaky_relu(x); });
  add("pow_number", Data::positive, [](const Tensor& x) { return pow(x, 3.0); });
  add("softplus", Data::vector, [](const Tensor& x) { return softplus(x); });
  add("where", Data::vector, [](const Tensor& x) { return where(x > 0.0, x, 0.0); });
  add("sum", Data::vector, [](const Tensor& x) { return sum(x); });
  add("mean", Data::vector, [](const Tensor& x) { return mean(x); });
  add("max", Data::vector, [](const Tensor& x) { return max(x); });
  add("prod", Data::positive, [](const Tensor& x) { return prod(x); });
  add("var", Data::vector, [](const Tensor& x) { return var(x); });
  add("norm", Data::vector, [](const Tensor& x) { return norm2(x); });
  add("logsumexp", Data::vector, [](const Tensor& x) { return logsumexp(x); });
  add("cumsum", Data::vector, [](const Tensor& x) { return cumsum(x, 0); });
  add("cumprod", Data::positive, [](const Tensor& x) { return cumprod(x, 0); });
  add("sort", Data::vector, [](const Tensor& x) { return sort(x, 0); });
  add("logcumsumexp", Data::vector, [](const Tensor& x) { return logcumsumexp(x, 0); });
  add("cummax", Data::vector, [](const Tensor& x) { return cummax(x, 0); });
  add("cummin", Data::vector, [](const Tensor& x) { return cummin(x, 0); });
  add("argsort", Data::vector, [](const Tensor& x) { return argsort(x, 0); });
  add("topk", Data::vector, [](const Tensor& x) { return topk(x, 10).values; });
  add("median", Data::vector, [](const Tensor& x) { return median(x); });
  add("any", Data::vector, [](const Tensor& x) { return any(x); });
  add("all", Data::vector, [](const Tensor& x) { return descent::all(x); });
  add("count_nonzero", Data::vector, [](const Tensor& x) { return count_nonzero(x); });
  add("argmax", Data::vector, [](const Tensor& x) { return argmax(x); });
  add("min", Data::vector, [](const Tensor& x) { return min(x); });
  add("nonzero", Data::vector, [](const Tensor& x) { return nonzero(x); });
  add("cast", Data::vector, [](const Tensor& x) { return cast(x, f64); });
  add("one_hot", Data::vector, [](const Tensor& x) { return one_hot(zeros(x.shape(), i64), 10); });
  add("searchsorted", Data::vector, [edges = linspace(-1, 1, 1000)](const Tensor& x) { return searchsorted(edges, x); });
  add("broadcast_to", Data::vector, [](const Tensor& x) { return broadcast_to(x, Shape{4, x.size(0)}); });
  add("reshape", Data::vector, [](const Tensor& x) { return reshape(x, {2, -1}); });
  add("uniform", Data::vector, [rng = Rng(1)](const Tensor& x) mutable { return uniform(x.shape(), rng); });
  add("normal", Data::vector, [rng = Rng(1)](const Tensor& x) mutable { return normal(x.shape(), rng); });
  add("bernoulli", Data::vector, [rng = Rng(1)](const Tensor& x) mutable { return bernoulli(x.shape(), rng); });
  add("permutation", Data::vector, [rng = Rng(1)](const Tensor& x) mutable { return permutation(x.size(0), rng); });
  add("argmax_rows", Data::matrix, [](const Tensor& x) { return argmax(x, 1); });
  add("max_with_index", Data::matrix, [](const Tensor& x) { return max_with_index(x, 1).values; });
  add("take_along_axis", Data::matrix, [](const Tensor& x) { return take_along_axis(x, zeros(x.shape(), i64), 1); });
  add("scatter_sum", Data::matrix, [](const Tensor& x) { return scatter_sum(x, zeros(x.shape(), i64), x.size(0), 0); });
  add("scatter_max", Data::matrix, [](const Tensor& x) { return scatter_max(x, zeros(x.shape(), i64), x.size(0), 0); });
  add("segment_sum", Data::matrix, [](const Tensor& x) { return segment_sum(x, arange(x.size(0)), x.size(0)); });
  add("pad", Data::matrix, [](const Tensor& x) { return pad(x, {{1, 1}, {1, 1}}); });
  add("layer_norm", Data::matrix, [](const Tensor& x) { return layer_norm(x); });
  add("sum_rows", Data::matrix, [](const Tensor& x) { return sum(x, 1); });
  add("sum_columns", Data::matrix, [](const Tensor& x) { return sum(x, 0); });
  add("max_rows", Data::matrix, [](const Tensor& x) { return max(x, 1); });
  add("softmax", Data::matrix, [](const Tensor& x) { return softmax(x, -1); });
  add("log_softmax", Data::matrix, [](const Tensor& x) { return log_softmax(x, -1); });
  add("transpose", Data::matrix, [](const Tensor& x) { return transpose(x); });
  add("slice_rows", Data::matrix, [](const Tensor& x) { return slice(x, {Slice{0, x.size(0) / 2}}); });
  add("take_rows", Data::matrix, [](const Tensor& x) { return take(x, arange(x.size(0))); });
  add("flip", Data::matrix, [](const Tensor& x) { return flip(x, 0); });
  add("tril", Data::matrix, [](const Tensor& x) { return tril(x); });
  all.push_back({"concat", Data::two_matrices, [](const Inputs& in) { return concat({in[0], in[1]}, 0); }});
  all.push_back({"stack", Data::two_matrices, [](const Inputs& in) { return stack({in[0], in[1]}, 0); }});
  all.push_back({"matmul", Data::two_matrices, [](const Inputs& in) { return matmul(in[0], in[1]); }});
  all.push_back({"bmm", Data::volume, [](const Inputs& in) { return matmul(in[0], in[1]); }});
  add("max_pool2d", Data::images, [](const Tensor& x) { return max_pool(x, {2, 2}); });
  add("max_pool2d_3", Data::images, [](const Tensor& x) { return max_pool(x, {3, 3}, {.stride = 2, .padding = 1}); });
  add("avg_pool2d", Data::images, [](const Tensor& x) { return avg_pool(x, {2, 2}); });
  add("bilinear", Data::images, [](const Tensor& x) {
    return interpolate(x, {2 * x.size(2), 2 * x.size(3)}, {.by = Interpolation::linear});
  });
  all.push_back({"conv2d", Data::images_and_weight, [](const Inputs& in) { return conv(in[0], in[1], {.padding = 1}); }});
  all.push_back({"add_row", Data::two_matrices, [](const Inputs& in) { return in[0] + slice(in[1], {Slice{0, 1}}); }});
  constexpr Index largest = 4096;  // sides 4 and 64
  add(
      "inv", Data::positive_definite, [](const Tensor& x) { return inv(x); }, largest);
  add(
      "cholesky", Data::positive_definite, [](const Tensor& x) { return cholesky(x); }, largest);
  add(
      "det", Data::matrix, [](const Tensor& x) { return det(x); }, largest);
  const auto eigen = [](const Tensor& x) {
    const auto [values, vectors] = eigh(x);
    return vectors + values;
  };
  const auto factors = [](const Tensor& x) {
    const auto [q, r] = qr(x);
    return q + r;
  };
  const auto singular = [](const Tensor& x) {
    const auto [u, s, vt] = svd(x);
    return u + s + vt;
  };
  add("eigh", Data::positive_definite, eigen, largest);
  add("qr", Data::matrix, factors, largest);
  add("svd", Data::matrix, singular, largest);
  all.push_back({"solve", Data::system, [](const Inputs& in) { return solve(in[0], in[1]); }, largest});
  return all;
}

Tensor positive_definite(Index side, Rng& rng) {
  const Tensor x = uniform({side, side}, rng, -1, 1);
  return matmul(x, x, {.transpose_b = true}) + eye(side);
}

Inputs inputs(Data data, Index n, Rng& rng) {
  const Index side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(n))));
  switch (data) {
    case Data::vector: return {uniform({n}, rng, -1, 1)};
    case Data::positive: return {uniform({n}, rng, 0.9, 1.1)};
    case Data::above_one: return {uniform({n}, rng, 1.1, 2)};
    case Data::two: return {uniform({n}, rng, -1, 1), uniform({n}, rng, -1, 1)};
    case Data::two_positive: return {uniform({n}, rng, 0.9, 1.1), uniform({n}, rng, 0.9, 1.1)};
    case Data::matrix: return {uniform({side, side}, rng, -1, 1)};
    case Data::two_matrices: return {uniform({side, side}, rng, -1, 1), uniform({side, side}, rng, -1, 1)};
    case Data::positive_definite: return {positive_definite(side, rng)};
    case Data::system: return {positive_definite(side, rng), uniform({side, side}, rng, -1, 1)};
    case Data::images:
    case Data::images_and_weight: {  // 16 images of 16 channels, or small ones; weights of 3 x 3 to twice the channels
      const Index count = n < 4096 ? 1 : 16, channels = n < 4096 ? 4 : 16;
      const Index pixels = n / (count * channels) / (n > 4096 ? 4 : 1);
      const Index edge = std::max<Index>(4, static_cast<Index>(std::lround(std::sqrt(static_cast<double>(pixels)))));
      Inputs in{uniform({count, channels, edge, edge}, rng, -1, 1)};
      if (data == Data::images_and_weight) in.push_back(uniform({2 * channels, channels, 3, 3}, rng, -1, 1));
      return in;
    }
    case Data::volume: break;
  }
  const Index edge = std::max<Index>(2, side / 4);  // 16 matrices
  return {uniform({16, edge, edge}, rng, -1, 1), uniform({16, edge, edge}, rng, -1, 1)};
}

template <class F> double seconds(F f) {
  using Clock = std::chrono::steady_clock;
  const auto time = [&](Index calls) {
    const auto start = Clock::now();
    for (Index i = 0; i < calls; ++i) f();
    return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(calls);
  };
  time(2);
  const Index calls = std::clamp<Index>(static_cast<Index>(0.003 / std::max(time(1), 1e-9)), 1, 20'000);
  std::vector<double> times;
  for (int round = 0; round < 5; ++round) times.push_back(time(calls));
  std::sort(times.begin(), times.end());
  return times[2];
}

void print(const char* op, Index n, const char* what, double time) {
  std::printf("{\"who\": \"descent\", \"op\": \"%s\", \"n\": %lld, \"what\": \"%s\", \"seconds\": %.9g}\n", op, static_cast<long long>(n),
              what, time);
}

/// Whether the result has a derivative.
bool depends(const Call& call, const Inputs& in) {
  Tape tape;
  Inputs watched;
  for (const Tensor& x : in) watched.push_back(tape.watch(x));
  const Tensor y = call(watched);
  return is_floating(y.dtype()) && tape.knows(y);
}

}  // namespace

int main(int argc, char** argv) {
  const auto scope = kernels::set_threads(1);
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  for (const Row& row : rows()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), row.name) == wanted.end()) continue;
    for (const Index n : {Index{16}, Index{4096}, Index{1} << 20}) {
      if (n > row.largest) continue;
      Rng rng(1);
      const Inputs in = inputs(row.data, n, rng);
      const Tensor result = row.call(in);
      print(row.name, n, "forward", seconds([&] { row.call(in); }));
      if (!depends(row.call, in)) continue;
      const Tensor ct = ones_like(result);
      print(row.name, n, "vjp", seconds([&] {
              Tape tape;
              Inputs watched;
              for (const Tensor& x : in) watched.push_back(tape.watch(x));
              const Tensor y = row.call(watched);
              tape.vjp(std::span(&y, 1), std::span(&ct, 1), watched);
            }));
    }
  }
}
