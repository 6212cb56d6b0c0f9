#include <descent/autodiff/transforms/sparse.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }

Tensor spread(const Shape& shape, Dtype dtype = f64) {  // no two equal, none at a kink
  std::vector<double> values;
  for (Index i = 0; i < shape.numel(); ++i) values.push_back(std::sin(1.7 * static_cast<double>(i) + 0.3) + 0.01);
  return from_span<double>(values, shape, dtype);
}

/// Both sum the same few products; the order may differ.
bool close(const Tensor& a, const Tensor& b, double tolerance = 1e-13) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  return a.numel() == 0 || max(abs(a - b)).item<double>() <= tolerance * std::max(1.0, max(abs(b)).item<double>());
}

template <class F> Tensor dense_jacobian(F f, const Tensor& x) { return reshape(jacobian(f, x), {f(x).numel(), x.numel()}); }
template <class F> Tensor dense_hessian(F f, const Tensor& x) { return reshape(hessian(f, x), {x.numel(), x.numel()}); }

/// The plan of a function whose Jacobian has other zeros at x than those of the pattern only if `loose`.
template <class F> SparseJacobian checked_jacobian(F f, const Tensor& x, bool loose = false) {
  const SparseJacobian plan(f, x);
  const Tensor wanted = dense_jacobian(f, x);
  const Coo found = plan(x);
  CHECK(close(found.dense(), wanted));
  if (!loose) CHECK(list(plan.pattern().dense()) == list(not_equal(wanted, 0.0)));
  return plan;
}
template <class F> SparseHessian checked_hessian(F f, const Tensor& x) {
  const SparseHessian plan(f, x);
  const Tensor wanted = dense_hessian(f, x);
  CHECK(close(plan(x).dense(), wanted));
  CHECK(list(plan.pattern().dense()) == list(not_equal(wanted, 0.0)));
  return plan;
}

Tensor part(const Tensor& x, Index first, Index last) { return slice(x, {Slice{first, last}}); }

Tensor rosenbrock(const Tensor& x) {
  const Index n = x.numel();
  return sum(100.0 * square(part(x, 1, n) - square(part(x, 0, n - 1))) + square(1.0 - part(x, 0, n - 1)));
}

}  // namespace

TEST_CASE("sparse_hessian: a chain's is tridiagonal, and three directions give it") {
  const SparseHessian plan = checked_hessian(rosenbrock, spread({50}));
  CHECK(plan.colours() == 3);
  CHECK(plan.pattern().count() == 50 + 2 * 49);
  const SparseHessian large(rosenbrock, spread({1000}));
  CHECK(large.colours() == 3);
  CHECK(large.pattern().count() == 1000 + 2 * 999);
  const Tensor v = spread({1000});
  CHECK(close(matmul(large(v).dense(), v), hvp(rosenbrock, v, v), 1e-12));
}

TEST_CASE("sparse_hessian: a star colouring needs two directions for an arrow, whose columns all share a row") {
  const auto arrow = [](const Tensor& x) { return sum(square(part(x, 1, 30)) * exp(part(x, 0, 1))); };
  CHECK(checked_hessian(arrow, spread({30})).colours() == 2);
}

TEST_CASE("sparse_hessian: what is linear has none; what is separable one direction, what is not n") {
  const Tensor x = spread({4, 3});
  CHECK(checked_hessian([](const Tensor& at) { return sum(3.0 * at); }, x).colours() == 0);
  CHECK(checked_hessian([](const Tensor& at) { return sum(exp(at) + 3.0 * at); }, x).colours() == 1);
  CHECK(checked_hessian([](const Tensor& at) { return exp(sum(at)); }, x).colours() == 12);
  // only some take part, in a block of their own
  CHECK(checked_hessian([](const Tensor& at) { return sum(at) + prod(part(at, 1, 2)); }, x).colours() == 3);
}

TEST_CASE("sparse_hessian: a grid's, and one that no band has") {
  const auto grid = [](const Tensor& u) {
    const Tensor across = slice(u, {Slice{}, Slice{1, {}}}) - slice(u, {Slice{}, Slice{0, -1}});
    const Tensor down = slice(u, {Slice{1, {}}}) - slice(u, {Slice{0, -1}});
    return sum(log_cosh(across)) + sum(log_cosh(down)) + sum(exp(u));
  };
  CHECK(checked_hessian(grid, spread({6, 7})).colours() <= 6);
  const Tensor a = tensor({std::int64_t{0}, std::int64_t{3}, std::int64_t{7}, std::int64_t{2}, std::int64_t{9}, std::int64_t{5}});
  const Tensor b = tensor({std::int64_t{4}, std::int64_t{8}, std::int64_t{0}, std::int64_t{6}, std::int64_t{1}, std::int64_t{9}});
  const auto springs = [&](const Tensor& x) { return sum(square(square(take(x, a) - take(x, b)))) + sum(square(x)); };
  CHECK(checked_hessian(springs, spread({10})).colours() <= 4);
}

TEST_CASE("sparse_jacobian: element by element, and broadcasting") {
  const Tensor x = spread({4, 3});
  CHECK(checked_jacobian([](const Tensor& at) { return sin(at) * at; }, x).colours() == 1);
  CHECK(checked_jacobian([](const Tensor& at) { return slice(at, {Slice{}, Slice{0, 1}}) * at; }, x).colours() == 2);
  const Tensor other = spread({2, 1, 3});
  CHECK(checked_jacobian([&](const Tensor& at) { return at * other; }, x).colours() == 1);
  CHECK(checked_jacobian([&](const Tensor& at) { return at + other; }, spread({})).colours() == 1);
  CHECK(checked_jacobian([](const Tensor& at) { return where(at > 0.0, at, 2.0 * at); }, x).colours() == 1);
  CHECK(checked_jacobian([](const Tensor& at) { return sin(at); }, spread({5}, f32)).colours() == 1);
}

TEST_CASE("sparse_jacobian: the smaller of two colourings, by columns or by rows") {
  const Tensor x = spread({40});
  const auto sums = [](const Tensor& at) { return reshape(sum(square(reshape(at, {8, 5})), 1), {8}); };  // 5 columns a row
  const SparseJacobian by_row = checked_jacobian(sums, x);
  CHECK(by_row.colours() == 1);
  const auto fans = [](const Tensor& at) { return exp(reshape(at, {40, 1}) * ones({1, 5}, f64)); };  // 5 rows a column
  CHECK(checked_jacobian(fans, x).colours() == 1);
  CHECK(checked_jacobian([](const Tensor& at) { return softmax(at); }, x).colours() == 40);
  CHECK(checked_jacobian([](const Tensor& at) { return sum(exp(at)); }, x).colours() == 1);
}

TEST_CASE("sparse_jacobian: rows and columns count elements in row-major order") {
  const Coo j = sparse_jacobian([](const Tensor& at) { return 2.0 * transpose(at); }, spread({2, 3}));
  CHECK(list(j.rows) == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(list(j.columns) == std::vector<double>{0, 3, 1, 4, 2, 5});
  CHECK(list(j.values) == std::vector<double>(6, 2));
  CHECK((j.height == 6 && j.width == 6));
}

TEST_CASE("sparse_jacobian: what a function moves, sums and scatters") {
  const Tensor x = spread({6, 4});
  const Tensor index = tensor({std::int64_t{5}, std::int64_t{0}, std::int64_t{5}});
  CHECK(checked_jacobian([&](const Tensor& at) { return sin(take(at, index)); }, x).colours() == 1);
  checked_jacobian([&](const Tensor& at) { return concat({exp(part(at, 2, 4)), 3.0 * at, ones({1, 4}, f64)}, 0); }, x);
  checked_jacobian([](const Tensor& at) { return cumsum(at, 0); }, x);
  checked_jacobian([&](const Tensor& at) { return segment_sum(part(at, 0, 3), index, 7); }, x);
  checked_jacobian([](const Tensor& at) { return sin(permute(reshape(at, {2, 3, 4}), Axes{2, 0, 1})); }, x);
  checked_jacobian([](const Tensor& at) { return sum(at, 0) * sum(at, 1, KeepAxes::yes); }, x);
  const auto loop = [](const Tensor& at) {  // an op for each element
    std::vector<Tensor> steps;
    for (Index i = 0; i + 1 < at.numel(); ++i) steps.push_back(reshape(slice(at, {i}) * exp(slice(at, {i + 1})), {1}));
    return concat(std::move(steps), 0);
  };
  CHECK(checked_jacobian(loop, spread({70})).colours() == 2);
}

TEST_CASE("sparse_jacobian: a stencil by slices or by convolution, three colours") {
  const auto slices = [](const Tensor& u) {
    const Index n = u.numel();
    return part(u, 0, n - 2) - 2.0 * part(u, 1, n - 1) + part(u, 2, n) + exp(part(u, 1, n - 1));
  };
  CHECK(checked_jacobian(slices, spread({60})).colours() == 3);
  const Tensor taps = tensor({{{1.0, -2.0, 1.0}}}, f64);
  const auto convolved = [&](const Tensor& u) { return square(convolve(reshape(u, {1, 1, u.numel()}), taps, {{1}, {0}, {0}, {1}, 1})); };
  CHECK(checked_jacobian(convolved, spread({60})).colours() == 3);
}

TEST_CASE("sparse_jacobian: the zeros of a constant factor count, those that x gives do not") {
  const Tensor band = tensor({{2.0, -1.0, 0.0, 0.0}, {-1.0, 2.0, -1.0, 0.0}, {0.0, -1.0, 2.0, -1.0}, {0.0, 0.0, -1.0, 2.0}}, f64);
  CHECK(checked_jacobian([&](const Tensor& x) { return matmul(band, x); }, spread({4})).colours() == 3);
  CHECK(checked_jacobian([&](const Tensor& x) { return matmul(band, square(x)); }, spread({4, 2})).colours() == 3);
  CHECK(checked_jacobian([](const Tensor& x) { return matmul(x, x); }, spread({3, 3})).colours() > 0);
  CHECK(checked_jacobian([&](const Tensor& x) { return sum(band * sin(x), 1); }, spread({4})).pattern().count() == 10);
  CHECK(checked_jacobian([&](const Tensor& x) { return where(band > 0.0, x, 0.0); }, spread({4})).pattern().count() == 4);
  const Coo at_zero = sparse_jacobian([](const Tensor& x) { return x * x; }, zeros({3}, f64));
  CHECK(at_zero.count() == 3);
  CHECK(list(at_zero.values) == std::vector<double>(3, 0));
}

TEST_CASE("sparse_jacobian: residuals of cameras and points are blocks") {
  // 3 cameras of 4 numbers, 5 points of 2; each residual, of 2 numbers, is of one camera and one point
  std::vector<std::int64_t> cameras, points;
  for (std::int64_t k = 0; k < 15; ++k)
    if (k % 4 != 3) cameras.push_back(k / 5), points.push_back(k % 5);
  const Tensor camera = from_vector(cameras), point = from_vector(points);
  const auto residuals = [&](const Tensor& x) {
    const Tensor views = take(reshape(part(x, 0, 12), {3, 2, 2}), camera);        // [m, 2, 2]
    const Tensor places = take(reshape(part(x, 12, 22), {5, 2}), point);          // [m, 2]
    const Tensor seen = sum(views * reshape(places, {places.size(0), 1, 2}), 2);  // [m, 2]
    return seen / (1.0 + sqrt(1.0 + sum(square(places), 1, KeepAxes::yes)));
  };
  const SparseJacobian plan = checked_jacobian(residuals, spread({22}));
  CHECK(plan.pattern().count() == static_cast<Index>(cameras.size()) * 2 * (2 + 2));
  CHECK(plan.colours() <= 6);
  checked_hessian([&](const Tensor& x) { return sum(square(residuals(x))); }, spread({22}));
}

TEST_CASE("sparse_jacobian: general ops by the calls of their rules") {
  const Tensor x = spread({4, 3});
  const auto rows = [&](const auto& f) { return checked_jacobian(f, x).pattern().count(); };
  CHECK(rows([](const Tensor& at) { return logsumexp(at, 1); }) == 12);
  CHECK(rows([](const Tensor& at) { return norm2(at, 1); }) == 12);
  CHECK(rows([](const Tensor& at) { return softmax(at, 1); }) == 36);
  CHECK(rows([](const Tensor& at) { return prod(at, 1); }) == 12);
  CHECK(checked_jacobian([](const Tensor& at) { return max(at, 1); }, x, true).pattern().count() == 12);
  CHECK(rows([](const Tensor& at) { return checkpoint([](const Tensor& a) { return sin(a) * a; })(at); }) == 12);
  CHECK(rows(custom_vjp([](const Tensor& a) { return square(a); },
                        [](const Tensor&, const Tensor& ct, const Tensor& a) { return 2.0 * a * ct; })) == 12);
  const Tensor well = 3.0 * eye(3, 3, f64);
  checked_jacobian([&](const Tensor& at) { return solve(well + matmul(transpose(at), at), ones({3}, f64)); }, x, true);
  checked_jacobian([](const Tensor& at) { return sort(at, 1); }, x, true);
}

TEST_CASE("sparse_jacobian: a function that depends on nothing has no entry") {
  const Tensor x = spread({5});
  for (const auto& f : {jacobian_sparsity([](const Tensor&) { return ones({3}, f64); }, x),
                        jacobian_sparsity([](const Tensor& at) { return floor(at) + sign(at) + stop_gradient(at); }, x),
                        jacobian_sparsity([](const Tensor& at) { return cast(at > 0.0, f64); }, x)}) {
    CHECK(f.count() == 0);
    CHECK(f.values.absent());
  }
  const Coo none = sparse_jacobian([](const Tensor& at) { return sum(0.0 * stop_gradient(at)); }, x);
  CHECK(none.values.shape() == Shape{0});
  CHECK(list(none.dense()) == std::vector<double>(5, 0));
  CHECK(list(to_csr(none).starts) == std::vector<double>{0, 0});
  CHECK(sparse_jacobian([](const Tensor& at) { return sin(at); }, zeros({0}, f64)).count() == 0);
}

TEST_CASE("sparse_jacobian: a pattern holds for every x, and the plan for every x of the shape") {
  const auto f = [](const Tensor& x) { return maximum(x, take(x, argsort(x, 0))); };
  const SparseJacobian plan(f, spread({5}));
  CHECK(plan.pattern().count() == 25);  // the indices depend on x
  for (const double shift : {0.0, 1.0, 2.0}) {
    const Tensor x = sin(shift + 3.0 * spread({5}));
    CHECK(close(plan(x).dense(), dense_jacobian(f, x)));
  }
}

TEST_CASE("sparse_jacobian: nests with grad and vmap") {
  const auto energy = [](const Tensor& x) { return sum(square(sparse_hessian(rosenbrock, x).values)); };
  const auto dense = [](const Tensor& x) { return sum(square(hessian(rosenbrock, x))); };
  const Tensor x = spread({6});
  CHECK(close(grad(energy)(x), grad(dense)(x), 1e-12));
  const SparseJacobian plan([](const Tensor& at) { return at * at; }, x);
  const Tensor each = vmap([&](const Tensor& at) { return plan(at).values; })(spread({3, 6}));
  CHECK(close(each, 2.0 * spread({3, 6})));
  const auto scaled = [](const Tensor& at, const Tensor& by) {  // what f captures has no values there
    return sparse_jacobian([&](const Tensor& a) { return softmax(by) * matmul(eye(3, 3, f64) * by, a); }, at).dense();
  };
  const Tensor factors = spread({4, 3}), points = 2.0 * spread({4, 3});
  const Tensor all = vmap(scaled)(points, factors);
  CHECK(close(slice(all, {2}), scaled(slice(points, {2}), slice(factors, {2}))));
}

TEST_CASE("Coo and Csr: there and back; unordered entries and those of one place") {
  const Coo j = sparse_jacobian([](const Tensor& at) { return cumsum(square(at), 0); }, spread({4}));
  const Csr rows = to_csr(j);
  CHECK(list(rows.starts) == std::vector<double>{0, 1, 3, 6, 10});
  const Coo back = to_coo(rows);
  CHECK((list(back.rows) == list(j.rows) && list(back.columns) == list(j.columns) && list(back.values) == list(j.values)));
  CHECK(to_coo(to_csr(jacobian_sparsity([](const Tensor& at) { return sin(at); }, spread({4})))).values.absent());

  using Indices = std::vector<std::int64_t>;
  const Coo mixed{from_vector(Indices{2, 0, 2, 0}), from_vector(Indices{1, 0, 1, 2}), tensor({1.0, 2.0, 3.0, 4.0}, f64), 3, 3};
  CHECK(list(mixed.dense()) == std::vector<double>{2, 0, 4, 0, 0, 0, 0, 4, 0});
  CHECK(list(to_csr(mixed).starts) == std::vector<double>{0, 2, 2, 4});
  CHECK(list(to_csr(mixed).values) == std::vector<double>{2, 4, 1, 3});
  CHECK_THROWS_WITH(to_csr({from_vector(Indices{3}), from_vector(Indices{0}), {}, 3, 3}), "to_csr: an entry is in row 3 of 3");
}

TEST_CASE("sparse_jacobian: mistakes are named") {
  const auto same = [](const Tensor& x) { return x; };
  CHECK_THROWS_AS(sparse_jacobian(same, tensor({1, 2})), DtypeError);
  CHECK_THROWS_WITH(sparse_jacobian(same, tensor({1, 2})), Catch::Contains("the argument is i32[2]; it must be f32 or f64"));
  CHECK_THROWS_WITH(sparse_hessian([](const Tensor& x) { return sum(x); }, Tensor()),
                    Catch::Contains("sparse_hessian: the argument is absent"));
  CHECK_THROWS_WITH(sparse_jacobian([](const Tensor&) { return Tensor(); }, spread({2})), Catch::Contains("result is absent"));
  CHECK_THROWS_WITH(sparse_jacobian([](const Tensor& x) { return x > 0.0; }, spread({2})),
                    Catch::Contains("result is bool[2]; it must be"));
  CHECK_THROWS_AS(sparse_jacobian([](const Tensor& x) { return x * sum(x).item<double>(); }, spread({2})), AbstractError);
  const SparseJacobian plan(same, spread({2}));
  CHECK_THROWS_AS(plan(spread({3})), ShapeError);
  CHECK_THROWS_WITH(plan(spread({3})), Catch::Contains("the argument is f64[3]; the pattern was found for f64[2]"));
}
