"""What golive costs, as tables of ratios against a baseline measured in the same run."""
