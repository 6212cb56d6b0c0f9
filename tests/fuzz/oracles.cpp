#include <descent/tests/fuzz/oracles.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vjp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/fuzz/compare.hpp>

namespace descent::fuzz {
namespace {

using Kind = Verdict::Kind;

Verdict judged(const std::string& difference) { return difference.empty() ? Verdict{} : Verdict{Kind::fails, difference}; }
Verdict both(Verdict first, Verdict second) { return first.kind == Kind::fails ? first : second; }

std::function<Tensors(const Tensors&)> outputs_of(const Program& program, const RunOptions& options = {}) {
  return [&program, options](const Tensors& leaves) { return run(program, leaves, options); };
}

/// A weighted sum of all outputs, so that each element counts and by another weight.
Tensor cost_of(const Tensors& outputs, const Tensors& weights) {
  Tensor total = scalar(0, f64);
  for (std::size_t k = 0; k < outputs.size(); ++k) total = total + sum(outputs[k] * weights[k]);
  return total;
}

std::function<Tensor(const Tensors&)> cost(const Program& program, const RunOptions& options = {}) {
  const Tensors weights = directions(run(program, program.leaves(), {.checkpoints = false}), 1);
  return [&program, options, weights](const Tensors& leaves) { return cost_of(run(program, leaves, options), weights); };
}

Tensors gradient(const Program& program, const RunOptions& options = {}) { return grad(cost(program, options))(program.leaves()); }

/// <a, b> and <c, d>, which should be equal.
Verdict equal_products(const char* what, Dot left, Dot right, double tolerance) {
  if (!std::isfinite(left.magnitude + right.magnitude)) return {Kind::fails, fmt::format("{}: {} and {}", what, left.value, right.value)};
  const double allowed = tolerance * std::max(1.0, left.magnitude + right.magnitude);
  if (std::abs(left.value - right.value) <= allowed) return {};
  return {Kind::fails, fmt::format("{}: {:.17g} and {:.17g} differ by more than {:.1e}", what, left.value, right.value, allowed)};
}

Verdict adjoint(const Program& program) {
  const Tensors x = program.leaves(), t = directions(x, 2);
  const auto [y, pushed] = jvp(outputs_of(program), x, t);
  const Tensors u = directions(y, 3);
  const auto [again, pullback] = vjp(outputs_of(program), x);
  return both(judged(different_bits("output under vjp and under jvp", again, y)),
              equal_products("<u, J t> and <J^T u, t>", dot(u, pushed), dot(pullback(u), t), 1e-10));
}

/// The derivative by five points, h apart, and the size of what was subtracted.
struct Difference {
  double value = 0;
  double size = 0;
};
template <class F> Difference difference(F f, const Tensors& x, const Tensors& t, double h) {
  constexpr double weights[][2] = {{-2, 1}, {-1, -8}, {1, 8}, {2, -1}};
  Difference result;
  for (const auto& [steps, weight] : weights) {
    Tensors moved;
    for (std::size_t i = 0; i < x.size(); ++i) moved.push_back(x[i] + t[i] * (steps * h));
    const double y = f(moved).template item<double>();
    result.value += weight * y / (12 * h);
    result.size = std::max(result.size, std::abs(y));
  }
  return result;
}

// Two steps in agreement say that the cost is smooth there, so that the jvp must agree too. Near a kink, a jump, or where higher
// derivatives are large, they do not, and a smaller step is tried.
Verdict differences(const Program& program) {
  if (!program.smooth) return {Kind::says_nothing};
  const Tensors x = program.leaves(), t = directions(x, 2);
  const double pushed = jvp(cost(program), x, t).second.item<double>();
  const std::vector<Tensors> base = run_all(program, x, {.checkpoints = false});
  const auto f = cost(program, {.checkpoints = false, .frozen = &base});
  double last = NAN;
  for (const double h : {0x1p-9, 0x1p-12, 0x1p-15, 0x1p-18}) {
    const Difference d = difference(f, x, t, h);
    const double allowed = 1e-6 * std::max({1e-2, std::abs(d.value), d.size});
    if (std::abs(d.value - pushed) <= allowed) return {};
    if (std::abs(d.value - last) <= allowed / 8)
      return {Kind::fails, fmt::format("the cost's derivative is {:.17g}, by differences {:.17g}", pushed, d.value)};
    last = d.value;
  }
  return {Kind::says_nothing};
}

constexpr std::size_t kExamples = 3;

/// The leaves batched, in turns: all, or those of even number.
bool is_batched(std::size_t leaf, bool all) { return all || leaf % 2 == 0; }

Tensors example(const Tensors& leaves, bool all, std::size_t k) {
  Tensors result = leaves;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (is_batched(i, all)) result[i] = leaves[i] * (1 - static_cast<double>(k) / 8);
  return result;
}

Tensors batched_ones(const Tensors& leaves, bool all) {
  Tensors result;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (is_batched(i, all)) result.push_back(leaves[i]);
  return result;
}

/// f, which takes all leaves, as a function of the batched ones.
template <class F> auto of_batched(const Tensors& leaves, bool all, F f) {
  return [=](const Tensors& batched) {
    Tensors in = leaves;
    for (std::size_t i = 0, next = 0; i < in.size(); ++i)
      if (is_batched(i, all)) in[i] = batched[next++];
    return f(in);
  };
}

Tensors batch_of(const Tensors& leaves, bool all) {
  std::vector<Tensors> examples;
  for (std::size_t k = 0; k < kExamples; ++k) examples.push_back(batched_ones(example(leaves, all, k), all));
  return as_batch(examples);
}

/// Results of the whole batch against those of a loop. `f` takes all leaves.
template <class F> std::string against_loop(const std::string& what, const Tensors& got, const Tensors& leaves, bool all, F f) {
  std::vector<Tensors> wanted;
  for (std::size_t k = 0; k < kExamples; ++k) wanted.push_back(f(example(leaves, all, k)));
  return different_values(what, got, as_batch(wanted), 1e-12);
}

Verdict batches(const Program& program) {
  if (!program.batchable()) return {Kind::says_nothing};
  const Tensors leaves = program.leaves();
  const auto f = outputs_of(program);
  const auto one_cost = cost(program);
  for (const bool all : {true, false}) {
    const std::string which = all ? " of a batch" : " of a batch of some leaves";
    const Tensors batch = batch_of(leaves, all);
    const auto slopes = grad(one_cost);
    const auto whole_cost = [&](const Tensors& at) { return sum(vmap(of_batched(leaves, all, one_cost))(at)); };
    for (const std::string& difference : {
             against_loop("outputs" + which + ", output", vmap(of_batched(leaves, all, f))(batch), leaves, all, f),
             against_loop("gradient" + which + ", leaf", vmap(of_batched(leaves, all, slopes))(batch), leaves, all, slopes),
             against_loop("gradient through vmap" + which + ", leaf", grad(whole_cost)(batch), leaves, all,
                          [&](const Tensors& at) { return batched_ones(slopes(at), all); }),
         })
      if (!difference.empty()) return judged(difference);
  }
  return {};
}

Verdict threads(const Program& program) {
  const auto at = [&](int count) {
    const kernels::Threads limit = kernels::set_threads(count);
    Tensors all = run(program, program.leaves());
    for (Tensor& slope : gradient(program)) all.push_back(std::move(slope));
    return all;
  };
  const Tensors one = at(1);
  for (const int count : {2, 3, 7})
    if (Verdict v = judged(different_bits(fmt::format("at {} threads, outputs and gradient", count), at(count), one));
        v.kind == Kind::fails)
      return v;
  return {};
}

Verdict again(const Program& program) {
  const Tensors first = gradient(program), leaves = program.leaves();
  return both(judged(different_bits("second gradient, leaf", gradient(program), first)),
              both(judged(different_bits("gradient with values kept, leaf", gradient(program, {.let_go = false}), first)),
                   judged(different_bits("with values kept, output", run(program, leaves, {.let_go = false}), run(program, leaves)))));
}

Verdict checkpoints(const Program& program) {
  if (program.regions.empty()) return {Kind::says_nothing};
  return judged(different_values("gradient with checkpoints, leaf", gradient(program), gradient(program, {.checkpoints = false}), 1e-12));
}

Verdict nested(const Program& program) {
  Index elements = 0;
  for (const Tensor& x : program.leaves()) elements += x.numel();
  if (program.calls() > 20 || elements > 500) return {Kind::says_nothing};
  const Tensors x = program.leaves(), t = directions(x, 4);
  const auto f = cost(program);
  const auto squared = [&](const Tensors& at) {
    Tensor total = scalar(0, f64);
    for (const Tensor& slope : grad(f)(at)) total = total + sum(square(slope));
    return total;
  };
  Dot wanted = dot(grad(f)(x), hvp(f, x, t));
  wanted = {2 * wanted.value, 2 * wanted.magnitude};
  return equal_products("<grad |grad f|^2, t> and 2 <grad f, H t>", dot(grad(squared)(x), t), wanted, 1e-9);
}

constexpr Oracle list[] = {
    {"again", true, again},     {"adjoint", false, adjoint},       {"differences", false, differences},
    {"vmap", false, batches},   {"checkpoint", true, checkpoints}, {"nested", false, nested},
    {"threads", true, threads},
};

}  // namespace

std::span<const Oracle> oracles() { return list; }

Verdict verdict(const Oracle& oracle, const Program& program) {
  try {
    return oracle.check(program);
  } catch (const Error& error) { return {Kind::fails, std::string("threw: ") + error.what()}; }
}

}  // namespace descent::fuzz
