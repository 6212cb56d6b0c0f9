#include <descent/optim/minimize.hpp>

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::optim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();  // what no rule asks for, in the place of what a method does not have

std::vector<double> flat(const Leaves& leaves) {
  std::vector<double> all;
  for (const Tensor& x : leaves) {
    const std::vector<double> own = x.to_vector<double>();
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

double norm(const Leaves& leaves) {
  double total = 0;
  for (const Tensor& x : leaves)
    for (const double v : x.data<double>()) total += v * v;
  return std::sqrt(total);
}

double distance(const Leaves& a, const Leaves& b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto x = a[i].data<double>();
    const auto y = b[i].data<double>();
    for (std::size_t k = 0; k < x.size(); ++k) total += (x[k] - y[k]) * (x[k] - y[k]);
  }
  return std::sqrt(total);
}

/// The coordinates given back their tensors.
Leaves shaped(const std::vector<double>& coordinates, const Leaves& like) {
  Leaves leaves;
  std::size_t next = 0;
  for (const Tensor& x : like) {
    const auto count = static_cast<std::size_t>(x.numel());
    leaves.push_back(from_span<double>(std::span(coordinates).subspan(next, count), x.shape()));
    next += count;
  }
  return leaves;
}

void require_box(const char* who, double low, double high) {
  if (!(low < high) || !std::isfinite(low) || !std::isfinite(high))
    throw ValueError(fmt::format("{}: the box reaches from {} to {}; both ends must be finite and low below high", who, low, high));
}

}  // namespace

std::string to_string(Reason reason, const Stop& stop) {
  switch (reason) {
    case Reason::cost: return fmt::format("reached: cost <= {}", stop.cost.value_or(-kNever));
    case Reason::slope: return fmt::format("reached: |slope| < {}", stop.slope);
    case Reason::moved: return fmt::format("reached: moved less than {}", stop.moved);
    case Reason::steps: return fmt::format("stopped: {} steps", stop.steps);
    case Reason::evaluations: return fmt::format("stopped: {} evaluations", stop.evaluations.value_or(0));
    case Reason::exhausted: break;
  }
  return "stopped: nothing left to try";
}

Session::Session(Leaves start, Cost cost, Slope slope, Stop stop, std::source_location where)
    : start_(std::move(start)),
      cost_(std::move(cost)),
      slope_(std::move(slope)),
      stop_(stop),
      where_(where),
      point_(start_),
      point_cost_(kNever) {
  for (const Tensor& x : start_) coordinates_ += x.numel();
  if (coordinates_ == 0) throw ValueError("minimize: the start has no coordinates; give at least one number", where_);
  if (stop_.steps < 0 || stop_.evaluations.value_or(1) < 1)
    throw ValueError(fmt::format("minimize: stop after {} steps or {} evaluations; there must be at least 0 and 1", stop_.steps,
                                 stop_.evaluations.value_or(1)),
                     where_);
  const double cost_rule = stop_.cost.value_or(-kNever);
  if (std::isnan(cost_rule) || std::isnan(stop_.slope) || std::isnan(stop_.moved))
    throw ValueError(fmt::format("minimize: stop at cost {}, slope {}, moved {}; none may be NaN", cost_rule, stop_.slope, stop_.moved),
                     where_);
}

double Session::cost(const Leaves& x) {
  ++evaluations_;
  return cost_(x);
}

std::pair<double, Leaves> Session::cost_and_slope(const Leaves& x) {
  ++evaluations_;
  auto result = slope_(x);
  const bool finite = std::isfinite(result.first);
  if (finite && std::isfinite(norm(result.second))) return result;
  const char* const what = finite ? "slope" : "cost";
  if (steps_ == 0) throw ValueError(fmt::format("minimize: the {} is not finite at the start; start elsewhere", what), where_);
  throw ValueError(fmt::format("minimize: the {} is not finite after {} steps, where it was {:.6g} a step before; try a smaller rate, or "
                               "clip the gradient",
                               what, steps_, finite ? trace_.iterations.back().slope_norm : point_cost_),
                   where_);
}

const Leaves& Session::point() const {
  if (trace_.iterations.empty())
    throw ValueError(fmt::format("minimize: none of {} tries had a finite cost; look elsewhere, or at the cost", steps_), where_);
  return point_;
}

void Session::note(const Leaves& x, double cost, const Leaves& slope, double slope_norm) {
  point_ = x;
  point_cost_ = cost;
  const bool points = coordinates_ <= stop_.traced_coordinates;
  trace_.iterations.push_back(
      {steps_, evaluations_, cost, slope_norm, points ? flat(x) : std::vector<double>(), points ? flat(slope) : std::vector<double>()});
}

bool Session::over(double slope_norm, double moved) {
  const auto holds = [this](bool condition, Reason reason) {
    if (condition) reason_ = reason;
    return condition;
  };
  return holds(stop_.cost && point_cost_ <= *stop_.cost, Reason::cost) || holds(slope_norm < stop_.slope, Reason::slope) ||
         holds(moved < stop_.moved, Reason::moved) || holds(steps_ >= stop_.steps, Reason::steps) ||
         holds(stop_.evaluations && evaluations_ >= *stop_.evaluations, Reason::evaluations);
}

bool Session::descended(const Leaves& x, double cost, const Leaves& slope) {
  const double slope_norm = norm(slope);
  const double moved = steps_ == 0 ? kNever : distance(point_, x);
  note(x, cost, slope, slope_norm);
  if (over(slope_norm, moved)) return true;
  ++steps_;
  return false;
}

bool Session::tried(const Leaves& x, double cost) {
  ++steps_;
  if (std::isfinite(cost) && cost < point_cost_) note(x, cost, {}, 0);
  return over(kNever, kNever);
}

Method::Method(Transform descent)
    : run_([descent = std::move(descent)](Session& session) {
        Leaves x = session.start();
        State state = descent.init_leaves(x);
        while (true) {
          auto [cost, slope] = session.cost_and_slope(x);
          if (session.descended(x, cost, slope)) return;
          x = apply_updates(x, descent.update_leaves(std::move(slope), state, x));
        }
      }) {}

Method random_search(SearchBox box) {
  require_box("random_search", box.low, box.high);
  return [box](Session& session) {
    Rng rng(box.seed);
    while (true) {
      Leaves x;
      for (const Tensor& like : session.start()) x.push_back(uniform(like.shape(), rng, box.low, box.high, f64));
      if (session.tried(x, session.cost(x))) return;
    }
  };
}

Method grid_search(GridBox box) {
  require_box("grid_search", box.low, box.high);
  if (box.points < 2) throw ValueError(fmt::format("grid_search: {} points along each axis; there must be at least 2", box.points));
  return [box](Session& session) {
    std::vector<Index> at(static_cast<std::size_t>(session.coordinates()), 0);
    std::vector<double> coordinates(at.size(), box.low);
    while (true) {
      const Leaves x = shaped(coordinates, session.start());
      if (session.tried(x, session.cost(x))) return;
      std::size_t axis = 0;  // counts up, the first axis fastest
      while (axis < at.size() && ++at[axis] == box.points) at[axis++] = 0;
      if (axis == at.size()) return session.exhausted();
      for (std::size_t i = 0; i <= axis; ++i)
        coordinates[i] = box.low + (box.high - box.low) * static_cast<double>(at[i]) / static_cast<double>(box.points - 1);
    }
  };
}

}  // namespace descent::inline v1::optim
