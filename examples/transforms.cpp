// The code shown in docs/transforms.md, run and checked. A test compares the two.

#include <cmath>
#include <cstdio>

#include <descent/autodiff/transforms/control.hpp>
#include <descent/autodiff/transforms/custom_jvp.hpp>
#include <descent/autodiff/transforms/gradient_flow.hpp>
#include <descent/autodiff/transforms/implicit.hpp>
#include <descent/autodiff/transforms/memory.hpp>
#include <descent/autodiff/transforms/ode.hpp>
#include <descent/autodiff/transforms/sparse.hpp>
#include <descent/autodiff/transforms/to_cpp.hpp>
#include <descent/data/tape_file.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

int failures = 0;

void check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "transforms: %s is not as shown\n", what);
  ++failures;
}
bool near(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && max(abs(a - b)).item<double>() < 1e-9; }

const Tensor weight = tensor({0.5, -1.0, 2.0}, f64);
const Tensor inputs = tensor({{1.0, 0.0, 1.0}, {0.5, 2.0, -1.0}}, f64);
const Tensor wanted = tensor({1.0, 0.0}, f64);
Rng generator(1);

void gradients() {
  auto loss = [](const Tensor& w, const Tensor& x, const Tensor& y) { return mean(square(matmul(x, w) - y)); };
  auto slope = grad(loss)(weight, inputs, wanted);               // by the first argument
  auto [by_w, by_x] = grad<0, 1>(loss)(weight, inputs, wanted);  // by those named
  auto [value, along] = jvp([&](const Tensor& at) { return loss(at, inputs, wanted); }, weight, ones_like(weight));
  auto [again, pullback] = vjp([&](const Tensor& at) { return matmul(inputs, at); }, weight);
  auto curvature = hessian([&](const Tensor& at) { return loss(at, inputs, wanted); }, weight);
  check(near(slope, by_w) && by_x.shape() == inputs.shape() && near(along, sum(slope)), "grad and jvp");
  check(near(pullback(wanted), matmul(transpose(inputs), wanted)) && near(curvature, matmul(transpose(inputs), inputs)), "vjp");
  check(again.shape() == wanted.shape() && near(value, loss(weight, inputs, wanted)), "values");
}

void mostly_zero() {
  auto energy = [](const Tensor& x) {  // a chain: each element meets the next one
    auto left = slice(x, {Slice{0, -1}}), right = slice(x, {Slice{1, {}}});
    return sum(100.0 * square(right - square(left)) + square(1.0 - left));
  };
  SparseHessian curvature(energy, zeros({1000}, f64));  // 2998 entries; curvature.colours() is 3
  auto entries = curvature(full({1000}, 0.5, f64));     // of three products with the Hessian
  auto rows = to_csr(entries);                          // for a solver

  auto differences = [](const Tensor& x) { return exp(slice(x, {Slice{1, {}}}) - slice(x, {Slice{0, -1}})); };
  auto slopes = sparse_jacobian(differences, weight);    // once, for one argument
  auto places = jacobian_sparsity(differences, weight);  // without values
  check(entries.count() == 2998 && curvature.colours() == 3 && rows.starts.numel() == 1001, "sparse_hessian");
  check(near(slopes.dense(), jacobian(differences, weight)) && places.count() == 4, "sparse_jacobian");
}

void batches() {
  auto loss = [](const Tensor& w, const Tensor& x, const Tensor& y) { return square(sum(x * w) - y); };  // of one example
  auto slopes = vmap(grad(loss), {.in = {shared, 0, 0}})(weight, inputs, wanted);                        // a gradient for each row
  auto columns = vmap([](const Tensor& column) { return column / sum(abs(column)); }, {.in = {1}, .out = 1})(inputs);
  auto draws = vmap([](Rng rng) { return normal({3}, rng); })(as_batch(split(generator, 8)));  // [8, 3], a stream each
  check(slopes.shape() == inputs.shape() && near(sum(abs(columns), 0), ones({3}, f64)) && draws.shape() == Shape{8, 3}, "vmap");
}

void memory() {
  auto layer = [&](const Tensor& h) { return tanh(h * weight); };
  auto deep = [&](const Tensor& h) {
    auto block = checkpoint([&](const Tensor& at) { return layer(layer(layer(at))); });
    return sum(block(block(h)));  // the tape keeps h and block(h)
  };
  auto slope = grad(deep)(weight);
  check(near(slope, grad([&](const Tensor& h) { return sum(layer(layer(layer(layer(layer(layer(h))))))); })(weight)), "checkpoint");
}

void less_than_so_much_memory() {
  auto long_cost = [&](Tensor h) {
    for (int i = 0; i < 1000; ++i) h = tanh(h * weight) + h;
    return sum(h);
  };
  Tape tape;
  tape.limit(64 << 10);  // bytes of values kept; the rest is computed again when its turn comes
  Tensor w = tape.watch(weight);
  auto slope = tape.gradient(long_cost(w), w);
  auto same = grad(checkpoint(long_cost, {.limit = 64 << 10}))(weight);

  Index before = predicted_peak(grad(long_cost), weight);  // bytes, known without computing anything
  Index after = measured_peak(grad(long_cost), weight);    // and what it took
  check(near(slope, grad(long_cost)(weight)) && near(same, slope) && before == after, "limit");
}

void control_flow() {
  auto root = [](const Tensor& at) {
    return cond(
        at > 0.0, [](const Tensor& a) { return sqrt(a); }, [](const Tensor& a) { return 0.0 * a; }, at);
  };
  auto roots = vmap(root)(weight);  // each example takes its own branch

  auto halved = while_loop([](const Tensor& at) { return at > 1.0; }, [](const Tensor& at) { return at / 2.0; }, scalar(12.0, f64));

  auto step = [&](const Tensor& h, const Tensor& input) {
    auto next = tanh(h + input * weight);
    return std::pair(next, sum(next));
  };
  auto [last, sums] = scan(step, zeros({3}, f64), ones({10'000}, f64), {.checkpoint_every = 100});
  check(near(roots, tensor({std::sqrt(0.5), 0.0, std::sqrt(2.0)}, f64)) && halved.item<double>() == 0.75, "cond and while_loop");
  check(last.shape() == Shape{3} && sums.shape() == Shape{10'000}, "scan");
}

void rules() {
  auto softplus = custom_vjp([](const Tensor& x) { return log(1.0 + exp(x)); },
                             [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * sigmoid(x); });

  auto newton = custom_jvp(
      [](const Tensor& a) {
        Tensor root = a;
        for (int i = 0; i < 30; ++i) root = 0.5 * (root + a / root);
        return root;
      },
      [](const Tensor& root, const Tensor& t, const Tensor&) { return t / (2.0 * root); });  // no derivative of the loop
  check(near(grad([&](const Tensor& at) { return sum(softplus(at)); })(weight), sigmoid(weight)), "custom_vjp");
  check(near(grad(newton)(scalar(9.0, f64)), scalar(1.0 / 6, f64)), "custom_jvp");
}

void implicit_functions() {
  auto square_root = root([](const Tensor& x, const Tensor& a) { return x * x - a; });
  auto slope = grad([&](const Tensor& a) { return square_root(scalar(1.0, f64), a); })(scalar(9.0, f64));  // 1 / 6

  auto ridge = [](const Tensor& w, const Tensor& strength) { return sum(square(matmul(inputs, w) - wanted)) + strength * sum(w * w); };
  auto fitted = argmin(ridge);
  auto by_strength = grad([&](const Tensor& strength) {  // how the fit's largest weight changes with the regulariser
    return max(fitted(zeros({3}, f64), strength));
  })(scalar(0.5, f64));
  check(near(slope, scalar(1.0 / 6, f64)), "root");
  auto at = [&](double strength) { return max(fitted(zeros({3}, f64), scalar(strength, f64))).item<double>(); };
  check(std::abs(by_strength.item<double>() - (at(0.5001) - at(0.4999)) / 0.0002) < 1e-6, "argmin");
}

void equations() {
  const Tensor zero = scalar(0.0, f64), one = scalar(1.0, f64);
  auto decay = [](const Tensor&, const Tensor& y, const Tensor& rate) { return -rate * y; };  // dy/dt at (t, y)
  auto adaptive = dormand_prince(decay, {.relative = 1e-11, .absolute = 1e-11});    // chooses its steps; gradients by the adjoint equation
  auto fixed = rk4(decay, {.steps = 64, .checkpoint_every = 8});                    // gradients of the steps made
  auto [by_end, by_rate] = grad<2, 3>(adaptive)(one, zero, scalar(2.0, f64), one);  // of y at the end, from y = 1 at 0
  const Tensor end = exp(scalar(-2.0, f64));
  check(near(by_end, -end) && near(by_rate, -2.0 * end), "dormand_prince");
  check(std::abs(fixed(one, zero, one, one).item<double>() - std::exp(-1.0)) < 1e-8, "rk4");
}

void values_on_the_way() {
  auto frozen_half = [](const Tensor& w) { return sum(square(scale_gradient(w, 0.5))); };  // learns half as fast
  auto adversary = [](const Tensor& w) { return sum(square(reverse_gradient(w))); };
  auto levels = [](const Tensor& w) { return sum(inputs * straight_through(round(w), w)); };  // a slope where round has none

  Tensor slope_of_h;
  auto watched = [&](const Tensor& w) {
    auto h = on_gradient(tanh(w), [&](const Tensor& slope) { slope_of_h = slope; });  // or return another
    return sum(h * h);
  };
  check(near(grad(frozen_half)(weight), weight) && near(grad(adversary)(weight), -2.0 * weight), "scale_gradient");
  check(near(grad(levels)(weight), sum(inputs, 0)), "straight_through");
  grad(watched)(weight);
  check(near(slope_of_h, 2.0 * tanh(weight)), "on_gradient");
}

void replayed() {
  auto step = compile([](Tensor& w, const Tensor& x, const Tensor& y) {  // called once for each signature, on tensors without elements
    auto [cost, slope] = value_and_grad([&](const Tensor& at) { return mean(square(matmul(x, at) - y)); })(w);
    w = w - 0.1 * slope;  // the caller's w is updated when all has been computed
    return cost;
  });
  Tensor w = weight;
  for (int i = 0; i < 100; ++i) step(w, inputs, wanted);  // the bits of the function called by itself
  auto plan = step.explain();                             // what runs together, its elements and bytes, the constants it holds
  Tensor eager = weight;
  for (int i = 0; i < 100; ++i)
    eager = eager - 0.1 * grad([](const Tensor& at) { return mean(square(matmul(inputs, at) - wanted)); })(eager);
  check(max(abs(w - eager)).item<double>() == 0 && plan.find("1 trace made") != std::string::npos, "compile");
}

void as_cpp() {
  auto cost = [](const Tensor& w) { return logsumexp(matmul(inputs, w) - wanted); };
  std::string source = to_cpp(cost, weight, "cost");  // double cost(const double* x, double* d_x) { ... }
  check(source.find("double cost(const double* x, double* d_x) {") != std::string::npos, "to_cpp");
}

void tapes_as_files() {
  auto cost = [](const Tensor& w) { return logsumexp(matmul(inputs, w) - wanted); };
  {
    Tape tape(Purpose::program);
    save_tape("cost.safetensors", tape, {cost(tape.watch(weight))});
  }
  auto loaded = load_tape("cost.safetensors");  // where `cost` is not
  auto slope = grad([&](const Tensor& w) { return loaded({w})[0]; })(weight);
  check(near(slope, grad(cost)(weight)), "save_tape");
  std::remove("cost.safetensors");
}

}  // namespace

int main() {
  gradients();
  mostly_zero();
  batches();
  memory();
  less_than_so_much_memory();
  control_flow();
  rules();
  implicit_functions();
  equations();
  values_on_the_way();
  replayed();
  as_cpp();
  tapes_as_files();
  return failures == 0 ? 0 : 1;
}
