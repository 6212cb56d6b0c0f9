#include <descent/optim/optimisers.hpp>

#include <map>
#include <set>

#include <descent/optim/stepper.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/optim/cases.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

/// A step as a user writes one.
struct Negate {
  State init(const Leaves&) const { return {}; }
  Leaves update(Leaves updates, State&, const Leaves&) const {
    for (Tensor& u : updates) u = -u;
    return updates;
  }
};

/// Options of a case, each taken once: what is left over belongs to what does not exist here.
class Options {
 public:
  explicit Options(const nlohmann::json& options) : options_(options) {
    for (const auto& [name, value] : options.items()) left_.insert(name);
  }
  double real(const std::string& name, double otherwise) { return take(name) ? options_.at(name).get<double>() : otherwise; }
  bool flag(const std::string& name) { return take(name) && options_.at(name).get<bool>(); }
  std::pair<double, double> betas() {
    return take("betas") ? options_.at("betas").get<std::pair<double, double>>() : std::pair(0.9, 0.999);
  }
  bool all_taken() const { return left_.empty(); }

 private:
  bool take(const std::string& name) { return left_.erase(name) != 0; }

  const nlohmann::json& options_;
  std::set<std::string> left_;
};

Transform sgd_of(Options& o) {
  return sgd({.rate = o.real("lr", 0.001),
              .momentum = o.real("momentum", 0),
              .dampening = o.real("dampening", 0),
              .nesterov = o.flag("nesterov"),
              .weight_decay = o.real("weight_decay", 0)});
}
Transform rmsprop_of(Options& o) {
  return rmsprop({.rate = o.real("lr", 0.01), .centred = o.flag("centered"), .momentum = o.real("momentum", 0)});
}
Transform adagrad_of(Options& o) {
  const double rate = o.real("lr", 0.01);
  const double decay = o.real("lr_decay", 0);
  return adagrad({.rate = [=](double t) { return rate / (1 + t * decay); }, .initial = o.real("initial_accumulator_value", 0)});
}
Transform adam_of(Options& o) {
  const auto [beta1, beta2] = o.betas();
  return adam({o.real("lr", 0.001), beta1, beta2, o.real("eps", 1e-8), o.real("weight_decay", 0)});
}
Transform adamw_of(Options& o) { return adamw({.rate = o.real("lr", 0.001), .weight_decay = o.real("weight_decay", 0.01)}); }

const std::map<std::string, Transform (*)(Options&)> kOptimisers = {
    {"SGD", sgd_of}, {"RMSprop", rmsprop_of}, {"Adagrad", adagrad_of}, {"Adam", adam_of}, {"AdamW", adamw_of}};

/// The optimiser of a case; nothing when there is none here yet.
std::optional<Transform> optimiser_of(const nlohmann::json& row) {
  const auto made = kOptimisers.find(row.at("cls"));
  if (made == kOptimisers.end()) return {};
  Options options(row.at("kw"));
  const Transform descending = made->second(options);
  const bool maximize = options.flag("maximize");
  if (!options.all_taken()) return {};
  return maximize ? chain(Negate{}, descending) : descending;
}

struct Model {
  Tensor a, b;
  Buffer seen;
};
Model model() { return {vec({1, -2, 3}), grid({1, 2}, {0.5, -0.25}), scalar(7, f64)}; }
Model slopes() { return {vec({0.1, 0.2, -0.3}), grid({1, 2}, {2, 0}), {}}; }

/// The model after one step from zero state.
Model stepped(const Transform& optimiser, Model grads, Model from = model()) {
  Stepper(optimiser, from).step(from, std::move(grads));
  return from;
}
std::vector<double> moved(const Model& to) {
  std::vector<double> all;
  for (const Tensor& d : {to.a - model().a, to.b - model().b})
    for (const double v : list(d)) all.push_back(v);
  return all;
}
Model times(Model grads, double factor) {
  return tree::map(std::move(grads), [=](const Tensor& x) { return x * factor; });
}
std::vector<double> times(std::vector<double> values, double factor) {
  for (double& v : values) v *= factor;
  return values;
}

}  // namespace

TEST_CASE("optimisers: the shared trajectories") {
  const auto cases = optimiser_cases("optim");
  if (!cases) return;
  int done = 0, later = 0;
  for (const nlohmann::json& row : *cases) {
    const std::optional<Transform> optimiser = optimiser_of(row);
    if (!optimiser) {
      ++later;
      continue;
    }
    INFO(row.at("cls") << " " << row.at("kw") << " " << row.at("grads_kind"));
    Tensor x = vec(row.at("x0").get<std::vector<double>>());
    Stepper stepper(*optimiser, x);
    bool agrees = true;
    for (std::size_t step = 0; step < row.at("grads").size(); ++step) {
      stepper.step(x, vec(row.at("grads").at(step).get<std::vector<double>>()));
      agrees = agrees && agree(list(x), row.at("x").at(step).get<std::vector<double>>());
    }
    CHECK(agrees);
    ++done;
  }
  CHECK(done == 80);
  CHECK(later == 45);  // amsgrad, NAdam, RAdam, Adamax, Adadelta, Rprop and ASGD
}

TEST_CASE("sgd: the step is the rate times the slope, and linear in both") {
  CHECK(holds(vec(moved(stepped(sgd({.rate = 0.5}), slopes()))), {-0.05, -0.1, 0.15, -1, 0}, 1e-15));
  const std::vector<double> once = moved(stepped(sgd({.rate = 0.5}), slopes()));
  CHECK(holds(vec(moved(stepped(sgd({.rate = 1.0}), slopes()))), times(once, 2), 1e-15));
  CHECK(holds(vec(moved(stepped(sgd({.rate = 0.5}), times(slopes(), 4)))), times(once, 4), 1e-15));
}

TEST_CASE("adam, rmsprop and adagrad: scaling the loss leaves the first step as it was") {
  const Transform optimiser = GENERATE(Transform(adam({.rate = 0.1, .eps = 1e-300})), Transform(adamw({.rate = 0.1, .eps = 1e-300})),
                                       Transform(rmsprop({.rate = 0.1, .eps = 1e-300})), Transform(adagrad({.rate = 0.1, .eps = 1e-300})));
  const std::vector<double> once = moved(stepped(optimiser, slopes()));
  CHECK(holds(vec(moved(stepped(optimiser, times(slopes(), 1e3)))), once, 1e-14));
  CHECK(holds(vec(moved(stepped(optimiser, times(slopes(), 1e-3)))), once, 1e-14));
}

TEST_CASE("adam: the first step is the rate against the slope's sign, for beta 0 too") {
  CHECK(holds(vec(moved(stepped(adam({.rate = 0.1, .eps = 1e-300}), slopes()))), {-0.1, -0.1, 0.1, -0.1, 0}, 1e-14));
  CHECK(
      holds(vec(moved(stepped(adam({.rate = 0.1, .beta1 = 0, .beta2 = 0, .eps = 1e-300}), slopes()))), {-0.1, -0.1, 0.1, -0.1, 0}, 1e-14));
}

TEST_CASE("adamw: the decay is of the parameters, not of the slope") {
  const Model nothing{zeros({3}, f64), zeros({1, 2}, f64), {}};
  CHECK(list(stepped(adamw({.rate = 0.1, .weight_decay = 0.5}), nothing).a) == list(vec({1, -2, 3}) - 0.1 * (0.5 * vec({1, -2, 3}))));
  CHECK(holds(stepped(adam({.rate = 0.1, .weight_decay = 0.5}), nothing).a, {0.9, -1.9, 2.9}, 1e-7));
}

TEST_CASE("optimisers: a parameter that is frozen does not move, decay included, and buffers stay") {
  const Transform optimiser =
      GENERATE(Transform(sgd({.rate = 0.1, .weight_decay = 0.5})), Transform(sgd({.rate = 0.1, .momentum = 0.9, .weight_decay = 0.5})),
               Transform(rmsprop({.centred = true, .momentum = 0.9, .weight_decay = 0.5})), Transform(adagrad({.weight_decay = 0.5})),
               Transform(adam({.weight_decay = 0.5})), Transform(adamw({.weight_decay = 0.5})),
               Transform(chain(clip_by_value(1), clip_by_global_norm(1), adamw())));
  Model m = model();
  Stepper stepper(optimiser, m);
  for (int i = 0; i < 3; ++i) stepper.step(m, Model{slopes().a, {}, {}});
  CHECK(list(m.b) == list(model().b));
  CHECK(list(m.a) != list(model().a));
  CHECK(list(m.seen) == std::vector<double>{7});
}

TEST_CASE("optimisers: f32 stays f32") {
  const Transform optimiser =
      GENERATE(Transform(sgd({.rate = cosine(0.1, 10), .momentum = 0.9, .dampening = 0.5, .weight_decay = 0.5})),
               Transform(rmsprop({.centred = true, .momentum = 0.9})), Transform(adagrad()), Transform(adam({.weight_decay = 0.1})),
               Transform(chain(clip_by_global_norm(1), clip_by_value(1), adamw({.rate = exponential(0.1, 0.9)}))));
  Tensor x = tensor({1.0, 2.0});
  Stepper stepper(optimiser, x);
  for (int i = 0; i < 2; ++i) stepper.step(x, tensor({0.5, -0.5}));
  CHECK(x.dtype() == f32);
  tree::visit(stepper, [](const tree::Path& path, const Tensor& leaf, tree::Role) {
    INFO(path.text());
    CHECK((leaf.dtype() == f32 || leaf.dtype() == i64));
  });
}

TEST_CASE("optimisers: centred rmsprop survives slopes that do not change") {
  Tensor x = vec({1});
  Stepper stepper(rmsprop({.rate = 1e-3, .decay = 0.5, .centred = true}), x);
  for (int i = 0; i < 200; ++i) stepper.step(x, vec({0.1}));
  CHECK(std::isfinite(x.item<double>()));
}

TEST_CASE("optimisers: options out of range name optimiser, option and value") {
  CHECK(sentence<ValueError>([] { sgd({.rate = -1}); }) == "sgd: rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { sgd({.rate = std::nan("")}); }) == "sgd: rate is nan; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { sgd({.momentum = 1}); }) == "sgd: momentum is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { sgd({.dampening = -0.5}); }) == "sgd: dampening is -0.5; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { sgd({.weight_decay = -1}); }) == "sgd: weight_decay is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { sgd({.nesterov = true}); }) ==
        "sgd: nesterov with momentum 0 and dampening 0; it needs a momentum above 0 and no dampening");
  CHECK_THROWS_AS(sgd({.momentum = 0.9, .dampening = 0.1, .nesterov = true}), ValueError);
  CHECK(sentence<ValueError>([] { rmsprop({.rate = -1}); }) == "rmsprop: rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { rmsprop({.decay = 1}); }) == "rmsprop: decay is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { rmsprop({.eps = 0}); }) == "rmsprop: eps is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { rmsprop({.momentum = 2}); }) == "rmsprop: momentum is 2; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { rmsprop({.weight_decay = -1}); }) == "rmsprop: weight_decay is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adagrad({.rate = HUGE_VAL}); }) == "adagrad: rate is inf; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adagrad({.initial = -1}); }) == "adagrad: initial is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adagrad({.eps = 0}); }) == "adagrad: eps is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { adagrad({.weight_decay = -1}); }) == "adagrad: weight_decay is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adam({.rate = -1}); }) == "adam: rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adam({.beta1 = -0.1}); }) == "adam: beta1 is -0.1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { adam({.beta2 = 1}); }) == "adam: beta2 is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { adam({.eps = 0}); }) == "adam: eps is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { adam({.weight_decay = -1}); }) == "adam: weight_decay is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adamw({.rate = -1}); }) == "adamw: rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { adamw({.beta1 = 1}); }) == "adamw: beta1 is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { adamw({.beta2 = -1}); }) == "adamw: beta2 is -1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { adamw({.eps = -1}); }) == "adamw: eps is -1; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { adamw({.weight_decay = -1}); }) == "adamw: weight_decay is -1; it must be finite and at least 0");
}
