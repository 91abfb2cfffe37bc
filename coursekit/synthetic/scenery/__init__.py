"""What scenes are drawn of: sky and weather, land, water and ice, trees and towns."""
