// expect: tree: a pointer is no part of a tree
#include <memory>

#include <descent/autodiff/tree/tree.hpp>

struct Model {
  std::shared_ptr<descent::Tensor> weight;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
