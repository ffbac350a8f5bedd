console.log('The penguins example is not written yet.');
