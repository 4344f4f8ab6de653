"""Where do the weights come from by which talk is read?"""
