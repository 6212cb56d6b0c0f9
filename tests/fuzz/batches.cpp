#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/fuzz/checks.hpp>

namespace descent::fuzz {
namespace {

using Kind = Verdict::Kind;

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

/// Whether the program takes each example: one drawn for its own leaves may refuse others.
bool takes_examples(const Program& program, const Tensors& leaves, bool all) {
  try {
    for (std::size_t k = 1; k < kExamples; ++k) run(program, example(leaves, all, k));
    return true;
  } catch (const Error&) { return false; }
}

/// Results of the whole batch against those of a loop. `f` takes all leaves.
template <class F> std::string against_loop(const std::string& what, const Tensors& got, const Tensors& leaves, bool all, F f) {
  std::vector<Tensors> wanted;
  for (std::size_t k = 0; k < kExamples; ++k) wanted.push_back(f(example(leaves, all, k)));
  return different_values(what, got, as_batch(wanted), 1e-12);
}

}  // namespace

Verdict batches(const Program& program) {
  if (!program.batchable()) return {Kind::says_nothing};
  const Tensors leaves = program.leaves();
  const auto f = outputs_of(program);
  const auto one_cost = cost_of(program);
  for (const bool all : {true, false}) {
    if (!takes_examples(program, leaves, all)) return {Kind::says_nothing};
    const std::string which = all ? " of a batch" : " of a batch of some leaves";
    const Tensors batch = batch_of(leaves, all);
    const auto slopes = grad(one_cost);
    const auto whole_cost = [&](const Tensors& at) { return sum(vmap(of_batched(leaves, all, one_cost))(at)); };
    const Verdict found = first_of({
        against_loop("outputs" + which + ", output", vmap(of_batched(leaves, all, f))(batch), leaves, all, f),
        against_loop("gradient" + which + ", leaf", vmap(of_batched(leaves, all, slopes))(batch), leaves, all, slopes),
        against_loop("gradient through vmap" + which + ", leaf", grad(whole_cost)(batch), leaves, all,
                     [&](const Tensors& at) { return batched_ones(slopes(at), all); }),
    });
    if (found.kind == Kind::fails) return found;
    if (!small(program)) continue;
    const auto second = grad(squared_gradient(program));
    const Verdict nested =
        judged(against_loop("second gradient" + which + ", leaf", vmap(of_batched(leaves, all, second))(batch), leaves, all, second));
    if (nested.kind == Kind::fails) return nested;
    // A batch of that batch twice: all leaves with one axis more, seen by a vmap in a vmap.
    const Tensors twice = as_batch(std::vector{batch, batch});
    const Tensors once = vmap(of_batched(leaves, all, slopes))(batch);
    const Verdict deep =
        judged(different_values("gradient of a batch" + which + ", leaf", vmap(vmap(of_batched(leaves, all, slopes)))(twice),
                                as_batch(std::vector{once, once}), 1e-12));
    if (deep.kind == Kind::fails) return deep;
  }
  return {};
}

}  // namespace descent::fuzz
