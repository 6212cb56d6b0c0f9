// expect: tree: a part of a tree is found by a name
#include <set>

#include <descent/autodiff/tree/tree.hpp>

struct Model {
  std::set<double> numbers;
  descent::Tensor weight;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
