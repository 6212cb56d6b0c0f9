#include <descent/autodiff/tree/walk.hpp>

#include <memory>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tree/leaves.hpp>
#include <descent/autodiff/tree/map.hpp>
#include <descent/autodiff/tree/modes.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

using Names = std::vector<std::string>;

struct Linear {
  Tensor weight, bias;
};
struct Dropout {
  double rate = 0.5;
  bool training = true;
};

/// A layer of any type, copied by value: the way a container whose parts are known at run time takes part in a walk.
class AnyLayer {
 public:
  template <class T>
    requires(!std::same_as<T, AnyLayer>)
  AnyLayer(T layer) : held_(std::make_unique<Holding<T>>(std::move(layer))) {}
  AnyLayer(const AnyLayer& other) : held_(other.held_->copy()) {}
  AnyLayer(AnyLayer&&) = default;
  AnyLayer& operator=(AnyLayer other) noexcept {
    held_.swap(other.held_);
    return *this;
  }

  void visit_leaves(const tree::Path& here, tree::Reader& reader) const { held_->read(here, reader); }
  void visit_leaves(const tree::Path& here, tree::Editor& editor) { held_->edit(here, editor); }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual std::unique_ptr<Held> copy() const = 0;
    virtual void read(const tree::Path&, tree::Reader&) const = 0;
    virtual void edit(const tree::Path&, tree::Editor&) = 0;
  };
  template <class T> struct Holding final : Held {
    T value;
    explicit Holding(T value_) : value(std::move(value_)) {}
    std::unique_ptr<Held> copy() const override { return std::make_unique<Holding>(value); }
    void read(const tree::Path& here, tree::Reader& reader) const override { tree::walk(value, here, reader); }
    void edit(const tree::Path& here, tree::Editor& editor) override { tree::walk(value, here, editor); }
  };

  std::unique_ptr<Held> held_;
};

class Chain {
 public:
  explicit Chain(std::vector<AnyLayer> layers) : layers_(std::move(layers)) {}
  static void fields(auto& self, auto&& visit) { visit("", self.layers_); }

 private:
  std::vector<AnyLayer> layers_;
};

struct Model {
  Chain body;
  Buffer mean;
  Tensor absent;
  bool frozen = false;
};

Model model() { return {Chain({Linear{ones({2, 3}), ones({2})}, Dropout{}, Linear{ones({1, 2}), {}}}), Buffer(ones({2})), {}}; }

struct Recorder final : tree::Reader {
  std::string met;
  void leaf(const tree::Path& path, const Tensor& value, tree::Role role) override {
    met += path.text() + (value.absent() ? "(absent) " : role == tree::Role::buffer ? "(buffer) " : " ");
  }
  void flag(const tree::Path& path, const bool& value) override { met += path.text() + (value ? "=1 " : "=0 "); }
};

}  // namespace

TEST_CASE("walk: meets every tensor and bool in order of declaration") {
  const Model seen = model();
  Recorder recorder;
  tree::walk(seen, tree::Path(), recorder);
  CHECK(recorder.met ==
        "body.0.weight body.0.bias body.1.training=1 body.2.weight body.2.bias(absent) mean(buffer) absent(absent) frozen=0 ");
}

TEST_CASE("walk: a part known at run time passes the walk on, and is copied by value") {
  const Model before = model();
  CHECK(tree::names(before) == Names{"body.0.weight", "body.0.bias", "body.2.weight", "mean"});
  const Model after = tree::map(before, [](Tensor x) { return zeros_like(x); });
  CHECK(tree::leaves(before)[0].to_vector<float>() == std::vector<float>(6, 1));
  CHECK(tree::leaves(after)[0].to_vector<float>() == std::vector<float>(6, 0));
}

TEST_CASE("walk: a view shows any tree through one pointer") {
  const Model seen = model();
  Recorder recorder;
  const tree::View view = seen;
  const tree::View copy = view;
  copy.walk(recorder);
  CHECK(recorder.met.starts_with("body.0.weight "));
}
