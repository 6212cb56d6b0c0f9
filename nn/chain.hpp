#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1::nn {

/// What can stand in a Chain: anything called with a tensor that returns one. A layer with state has a non-const call.
template <class T>
concept LayerLike = std::copy_constructible<T> && requires(T& layer, const Tensor& x) {
  { layer(x) } -> std::convertible_to<Tensor>;
};

namespace detail {
/// "Linear" of descent::v1::nn::Linear, "function" of a lambda.
std::string short_type_name(std::string_view signature);
template <class T> const std::string& type_name() {
  static const std::string name = short_type_name(__PRETTY_FUNCTION__);
  return name;
}
[[noreturn]] void throw_changes_state(const std::string& layer);

/// Whether arguments of these types are layers for a C, and not a C to copy. It comes first of a chain's constraints, because what a
/// C converts to depends on its constructors.
template <class C, class... T>
concept not_a_copy = sizeof...(T) > 1 || (sizeof...(T) == 1 && !(std::same_as<T, C> || ...));
}  // namespace detail

/// One layer of any type, held by value.
class Layer {
 public:
  template <class T>
    requires(!std::same_as<T, Layer>) && LayerLike<T>
  Layer(T layer) : layer_(std::make_unique<Model<T>>(std::move(layer))) {}  // NOLINT: any layer will do
  Layer(const Layer& other) : layer_(other.layer_->clone()) {}
  Layer(Layer&&) noexcept = default;
  Layer& operator=(Layer other) noexcept {
    layer_ = std::move(other.layer_);
    return *this;
  }

  Tensor operator()(const Tensor& x) { return layer_->call(x); }
  /// throws  ValueError: the layer has only a non-const call
  Tensor operator()(const Tensor& x) const { return std::as_const(*layer_).call(x); }

  /// "Linear"
  const std::string& name() const { return layer_->name(); }

  void visit_leaves(const tree::Path& here, tree::Reader& reader) const { layer_->walk(here, reader); }
  void visit_leaves(const tree::Path& here, tree::Editor& editor) { layer_->walk(here, editor); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual std::unique_ptr<Concept> clone() const = 0;
    virtual const std::string& name() const = 0;
    virtual Tensor call(const Tensor& x) = 0;
    virtual Tensor call(const Tensor& x) const = 0;
    virtual void walk(const tree::Path& here, tree::Reader& reader) const = 0;
    virtual void walk(const tree::Path& here, tree::Editor& editor) = 0;
  };
  template <class T> struct Model final : Concept {
    T layer;
    explicit Model(T layer_) : layer(std::move(layer_)) {}
    std::unique_ptr<Concept> clone() const override { return std::make_unique<Model>(layer); }
    const std::string& name() const override { return detail::type_name<T>(); }
    Tensor call(const Tensor& x) override { return layer(x); }
    Tensor call(const Tensor& x) const override {
      if constexpr (std::invocable<const T&, const Tensor&>) return layer(x);
      else detail::throw_changes_state(name());
    }
    void walk(const tree::Path& here, tree::Reader& reader) const override { tree::walk(layer, here, reader); }
    void walk(const tree::Path& here, tree::Editor& editor) override { tree::walk(layer, here, editor); }
  };

  std::unique_ptr<Concept> layer_;
};

/// Layers chosen at run time, one after the other. A tree, with names "0.weight", "2.bias", ...
///
///   Chain model{linear(2, 8, rng), Tanh{}, linear(8, 1, rng)};   // in braces, so that the layers draw from rng in this order
///   model.add(Sigmoid{});
class Chain {
 public:
  Chain() = default;
  template <class... T>
    requires detail::not_a_copy<Chain, T...> && (std::convertible_to<T, Layer> && ...)
  explicit Chain(T... layers) {
    (add(std::move(layers)), ...);
  }

  Chain& add(Layer layer) {
    layers_.push_back(std::move(layer));
    return *this;
  }

  Tensor operator()(const Tensor& x);
  Tensor operator()(const Tensor& x) const;

  Index size() const { return static_cast<Index>(layers_.size()); }
  const std::vector<Layer>& layers() const { return layers_; }
  std::vector<Layer>& layers() { return layers_; }

  static void fields(auto& self, auto&& visit) { visit("", self.layers_); }

 private:
  std::vector<Layer> layers_;
};

}  // namespace descent::inline v1::nn
