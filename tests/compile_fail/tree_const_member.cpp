// expect: fields: a member of this type is const
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  const descent::Tensor weight;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
