// expect: tree: a pointer is no part of a tree
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  descent::Tensor weight;
  descent::Tensor* other;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
