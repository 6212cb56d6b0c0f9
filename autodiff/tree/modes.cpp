#include <descent/autodiff/tree/modes.hpp>

namespace descent::inline v1::tree {
namespace {

struct SetTraining final : Editor {
  bool wanted;
  explicit SetTraining(bool wanted_) : wanted(wanted_) {}
  void leaf(const Path&, Tensor&, Role) override {}
  void flag(const Path& path, bool& value) override {
    if (path.name() == "training") value = wanted;
  }
};

}  // namespace

void detail::set_training(MutableView root, bool value) {
  SetTraining editor(value);
  root.walk(editor);
}

}  // namespace descent::inline v1::tree
